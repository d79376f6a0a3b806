import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';

import { fateOf, thisProcess } from '../../src/state/processIdentity';

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('The fate of a process', () => {
  it('is that it lives, for this one', () => {
    expect(fateOf(thisProcess())).toBe('lives');
  });

  it('is that it has ended, when no process has its number', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    expect(fateOf({ ...thisProcess(), pid })).toBe('ended');
  });

  onLinux('is that it has ended, when another process has its number now', () => {
    const { birth = '', ...rest } = thisProcess();
    expect(fateOf({ ...rest, birth: birth.replace(/\d+$/, '1') })).toBe('ended');
  });

  it.each([0, -1, 1.5, NaN])('is that it has ended, when its number is none: %p', (pid) => {
    expect(fateOf({ ...thisProcess(), pid })).toBe('ended');
  });

  onLinux('is that it has ended, while it waits for its parent to take notice', async () => {
    // The shell becomes `sleep`, which takes no notice of its children.
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(printed.toString());
    while (
      !spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
        .stdout.toString()
        .startsWith('Z')
    )
      continue;

    expect(fateOf({ ...thisProcess(), pid })).toBe('ended');
    parent.kill('SIGKILL');
  });

  onLinux('is not seen from another boot, or from another space of process numbers', () => {
    const [boot, space, start] = (thisProcess().birth ?? '').split(' ');
    expect(fateOf({ ...thisProcess(), birth: `other ${space} ${start}` })).toBe('unseen');
    expect(fateOf({ ...thisProcess(), birth: `${boot} pid:[1] ${start}` })).toBe('unseen');
  });

  it('is told by its start where the system has no better mark, and not seen on another machine', () => {
    const { pid, startedAt } = thisProcess();
    expect(fateOf({ host: hostname(), pid, startedAt })).toBe('lives');
    expect(fateOf({ host: hostname(), pid, startedAt: startedAt - 3_600_000 })).toBe('ended');
    expect(fateOf({ host: 'elsewhere', pid, startedAt })).toBe('unseen');
  });
});
