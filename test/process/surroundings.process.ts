import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundleEntry } from './support/bundleEntry';

jest.setTimeout(60_000);

describe('An application runs, and ends with 0 when a listener asks for that,', () => {
  let folder: string;
  let odd: string;
  let entry: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'surroundings-'));
    odd = join(folder, 'a b ü [x] #%20 "q" \'s');
    mkdirSync(odd);
    entry = bundleEntry(odd, 'main');
    symlinkSync(odd, join(folder, 'link'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const BEHAVIOUR = 'done';
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, args, { cwd: odd, env: { BEHAVIOUR, ...env }, encoding: 'utf8', timeout: 30_000 });

  it.each<[string, (entry: string) => readonly string[]]>([
    ['in a folder with spaces, umlauts, brackets and quotes', () => ['main.js']],
    ['by its absolute path', () => [entry]],
    ['through a link', () => [join(folder, 'link/main.js')]],
    [
      'through a link that Node keeps',
      () => ['--preserve-symlinks', '--preserve-symlinks-main', join(folder, 'link/main.js')],
    ],
  ])('%s', (_where, args) => {
    const { status, stdout, stderr } = run(args(entry));

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('nothing left to do');
  });

  it.each<[string, NodeJS.ProcessEnv]>([
    ['no variable but the one that it reads', {}],
    ['a time zone that does not exist', { TZ: 'Mars/Olympus' }],
    ['options of Node', { NODE_OPTIONS: '--max-old-space-size=128 --trace-uncaught --enable-source-maps' }],
    ['the variables of a service of Kubernetes', { DAEMONRY_PORT: 'tcp://10.0.0.1:80', DAEMONRY_SERVICE_HOST: 'x' }],
    ['an empty PATH and HOME', { PATH: '', HOME: '' }],
  ])('with %s', (_what, env) => {
    const { status, stderr } = run(['main.js'], env);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(['<&-', '>&-', '2>&-', '>&- 2>&-', '<&- >&- 2>&-', '>/dev/full 2>/dev/full'])(
    'started by a shell with %s',
    (streams) => {
      const { status } = spawnSync('sh', ['-c', `exec "$0" main.js ${streams}`, process.execPath], {
        cwd: odd,
        env: { BEHAVIOUR },
        timeout: 30_000,
      });

      expect(status).toBe(0);
    },
  );
});
