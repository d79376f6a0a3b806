import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type ApplicationProcess, startProcess } from 'daemonry/testing';

import { bundleEntry } from './support/bundleEntry';

// The files are looked at every five seconds.
jest.setTimeout(60_000);

const made = mkdtempSync(join(tmpdir(), 'daemonry-owner-'));
let entry: string;
let folder: string;
let lives = 0;

beforeAll(() => {
  entry = bundleEntry(made, 'owned');
  // Where the driver of the database is.
  symlinkSync(join(__dirname, '../../node_modules'), join(made, 'node_modules'));
});

beforeEach(() => {
  folder = join(made, `${lives++}`, 'state');
});

afterAll(() => rmSync(made, { recursive: true, force: true }));

const start = (does = ''): ApplicationProcess =>
  startProcess(entry, { cwd: join(__dirname, '../..'), env: { STATE: folder, DOES: does } });

async function given(does: string): Promise<ApplicationProcess> {
  const application = start(does);
  await application.until(() => application.stdout.includes('done\n'));
  return application;
}

/** The end of an application that has saved everything. */
const WHOLE = expect.not.stringContaining('not saved') as string;

const record = (): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, 'owned.owner.json'), 'utf8')) as Record<string, unknown>;

const rewrite = (changes: Record<string, unknown>): void => {
  writeFileSync(join(folder, 'owned.owner.json'), JSON.stringify({ ...record(), ...changes }));
};

describe('The state of an application, whose files the application itself', () => {
  it.each(['reads the lock', 'copies the folder', 'deletes the lock', 'deletes the record of the owner'])(
    '%s, still keeps a second process out',
    async (does) => {
      const first = await given(does);

      const second = await start().exit;

      expect(second.code).toBe(1);
      expect(second.stderr).toContain('Another process has the state of this application, and only one may');
      if (does !== 'deletes the record of the owner') expect(second.stderr).toContain(`pid: ${first.pid}`);
      expect(await first.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '', stdout: WHOLE });
    },
  );

  it('deletes the lock, has a new one within five seconds, and says so', async () => {
    const application = await given('deletes the lock');

    await application.until(() => application.stdout.includes('The lock of the state database, or the record'));

    expect(existsSync(join(folder, 'owned.lock.db'))).toBe(true);
    expect(await application.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '', stdout: WHOLE });
  });

  it.each([
    ['that has ended', { pid: 2 ** 22 + 1, since: '9000-01-01T00:00:00.000Z' }],
    [
      'of another container, written before',
      { host: 'box', birth: 'boot pid:[1] 1', since: '2000-01-01T00:00:00.000Z' },
    ],
  ])('replaces by the record of a process %s, stays its own', async (_, changes) => {
    const application = await given('');
    rewrite({ token: 'restored', ...changes });

    await application.until(() => application.stdout.includes('or the record of its owner, was deleted or replaced'));

    expect(record()).toMatchObject({ pid: application.pid });
    expect(await application.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '', stdout: WHOLE });
  });

  it.each([
    'deletes the folder',
    'deletes the database',
    'deletes the log of the database',
    'moves the folder',
    'replaces the database',
  ])('%s, is said to be lost, while it runs and in the report', async (does) => {
    const application = await given(does);

    await application.until(() => application.stdout.includes('STATE_MOVED'));

    const { code, stdout } = await application.stop('SIGTERM');
    expect(code).toBe(0);
    expect(stdout.split('\n').at(-2)).toMatch(/deleted, moved or replaced .*1 due moments were not saved/);
  });

  it('moves and puts back, is saved again', async () => {
    const application = await given('moves the folder and puts it back');

    await application.until(() => application.stdout.includes('and it is saved again'));

    expect(await application.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '', stdout: WHOLE });
  });
});

describe('The state of an application that another process has taken', () => {
  it('stops the application with code 1, and is left to the other', async () => {
    const application = await given('');
    const later = { since: '9000-01-01T00:00:00.000Z' };
    rewrite({ token: 'of another machine', host: 'elsewhere', pid: 7, birth: 'boot pid:[1] 1', ...later });

    const { code, stdout, report } = await application.exit;

    expect(code).toBe(1);
    expect(report?.reason).toContain('Another process has taken the state of this application');
    expect(stdout).toContain('elsewhere');
    expect(record()).toMatchObject({ token: 'of another machine' });
  });
});

describe('The state of an application that may not write it', () => {
  /** What root gives up to be bound by modes as others are. Another user may not reach Node, or the packages. */
  const capabilities = '-dac_override,-dac_read_search,-fowner';
  const isRoot = process.getuid?.() === 0;
  const bound = isRoot ? ['setpriv', `--bounding-set=${capabilities}`, `--inh-caps=${capabilities}`] : [];
  const SOMEBODY = 65_534;

  const startBound = async (): Promise<{ code: number | null; stderr: string }> => {
    const [command = '', ...args] = [...bound, process.execPath, entry];
    const child = spawn(command, args, {
      cwd: '/',
      env: { ...process.env, STATE: folder, DOES: '' },
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  };

  it.each([
    ['a folder with its files', 0o555, 0o444],
    // Those of its own user are made writable again.
    ...(isRoot ? [['files', 0o777, 0o444] as const] : []),
    ['an empty folder', 0o555, undefined],
  ] as const)(
    'ends its start with code 1, and says that it cannot be written and what to do: %s',
    async (_, ofFolder, ofFiles) => {
      if (ofFiles === undefined) mkdirSync(folder, { recursive: true });
      else await (await given('')).stop('SIGTERM');
      for (const path of readdirSync(folder).map((name) => join(folder, name))) {
        chmodSync(path, ofFiles ?? 0);
        if (isRoot) chownSync(path, SOMEBODY, SOMEBODY);
      }
      chmodSync(folder, ofFolder);
      if (isRoot) chownSync(folder, SOMEBODY, SOMEBODY);

      const { code, stderr } = await startBound();

      chmodSync(folder, 0o755);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^The state database cannot be written: (E|attempt to write a readonly database)/);
      expect(stderr).toContain('let the user of the process read and write the folder and the files in it');
    },
  );
});

describe('The state of an application that is gone', () => {
  it('is free at once after a kill, which leaves no other files than those that are named', async () => {
    for (let life = 0; life < 3; life++) {
      const application = await given('');
      expect(record()).toMatchObject({ pid: application.pid });
      const names = ['owned.db', 'owned.db-shm', 'owned.db-wal', 'owned.lock.db', 'owned.owner.json'];
      expect(readdirSync(folder).sort()).toEqual(names);
      await application.stop('SIGKILL');
    }
    const last = await given('');
    expect(await last.stop('SIGTERM')).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'owned.owner.json'))).toBe(false);
  });

  it.each([
    ['whose number another process has now', () => rewrite({ pid: process.pid })],
    ['which ran before the machine started anew', () => rewrite({ pid: process.pid, birth: 'boot pid:[1] 1' })],
    ['of another folder, which this one was copied from', () => rewrite({ database: '1:1' })],
    ['whose record is no record', () => writeFileSync(join(folder, 'owned.owner.json'), '{"pid":')],
  ])('is not kept by the record of a process %s', async (_, change) => {
    const first = await given('');
    await first.stop('SIGKILL');
    change();

    const next = await given('');

    expect(await next.stop('SIGTERM')).toMatchObject({ code: 0 });
  });
});
