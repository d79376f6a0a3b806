import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { SqliteState } from '../../src/state/SqliteState';
import { loadDriver } from '../../src/state/driver';
import { SystemClock } from '../../src/time/SystemClock';
import { startEntry } from '../support/startEntry';

const ENTRY = 'test/process/entries/history.ts';
/** Each is a process, which takes seconds to compile. */
const KILLS = Number(process.env['KILLS'] ?? 3);
/** The time of `flush`, and as much again for a busy machine. */
const WINDOW_MS = 500;

jest.setTimeout(120_000 + KILLS * 60_000);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-history-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(IMAGE(), { force: true });
});

const start = () => startEntry(ENTRY, { env: { STATE: folder }, patienceMs: 60_000 });

const ranIn = (stdout: string): { readonly id: string; readonly at: number }[] =>
  [...stdout.matchAll(/^ran (\S+) (\d+)\n/gm)].map(([, id = '', at]) => ({ id, at: Number(at) }));

async function withState<T>(work: (state: SqliteState) => Promise<T>): Promise<T> {
  const state = new SqliteState(loadDriver, join(folder, 'busy.db'), new SystemClock());
  state.open();
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}

const kept = (): Promise<ReadonlySet<string>> =>
  withState(async (state) => {
    expect(await state.get('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' });
    const rows = await state.all<{ run_id: string }>('SELECT run_id FROM daemonry_runs');
    expect(new Set(rows.map(({ run_id: id }) => id)).size).toBe(rows.length);
    return new Set(rows.map(({ run_id: id }) => id));
  });

describe('The history of a process that is killed', () => {
  it(`loses the runs of the last moment at the most, and the next process begins at once: ${KILLS} times`, async () => {
    let before = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = start();
      await child.until(() => ranIn(child.stdout).length > 40 + 17 * kill);
      await child.stop('SIGKILL');
      const ran = ranIn(child.stdout);
      const end = ran.at(-1)?.at ?? 0;
      const rows = await kept();
      const lost = ran.filter(({ id }) => !rows.has(id));
      expect(lost.every(({ at }) => end - at <= WINDOW_MS)).toBe(true);
      // The runs of the lives before are still there.
      expect(rows.size).toBeGreaterThanOrEqual(before + ran.length - lost.length);
      before = rows.size;
    }
  });

  it('is whole after a stop', async () => {
    const child = start();
    await child.until(() => ranIn(child.stdout).length > 20);
    expect(await child.stop('SIGTERM')).toMatchObject({ code: 0 });
    const rows = await kept();
    expect(ranIn(child.stdout).filter(({ id }) => !rows.has(id))).toEqual([]);
  });
});

describe('A state that newer code has written', () => {
  const changed = (writableFrom: number) =>
    withState((state) =>
      state.run('UPDATE daemonry_migrations SET steps = steps + 1, writable_from = ? WHERE owner = ?', [
        writableFrom,
        'daemonry_runs',
      ]),
    );

  it('is refused if this code must not write to it, with exit code 1, and used if it may: a deployment is rolled back', async () => {
    const first = start();
    await first.until(() => ranIn(first.stdout).length > 3);
    await first.stop('SIGTERM');
    await changed(99);
    const refused = await start().exit;
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('"daemonry_runs" were changed by newer code');
    await changed(1);
    const again = start();
    await again.until(() => ranIn(again.stdout).length > 3);
    expect(await again.stop('SIGTERM')).toMatchObject({ code: 0 });
  });
});

/** True if a file system of that size could be mounted on the folder. */
const mounted = (size: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0;

const IMAGE = (): string => `${folder}.image`;

/** Mounts a disk of its own on the folder, and returns the name of its device; undefined, and says so, where that is not possible. */
function diskMounted(): string | undefined {
  writeFileSync(IMAGE(), Buffer.alloc(16_777_216));
  const isMade =
    spawnSync('mkfs.ext4', ['-q', '-F', IMAGE()]).status === 0 &&
    spawnSync('mount', ['-o', 'loop,errors=remount-ro', IMAGE(), folder]).status === 0;
  if (isMade) return basename(execFileSync('findmnt', ['-no', 'SOURCE', folder], { encoding: 'utf8' }).trim());
  rmSync(IMAGE(), { force: true });
  console.info('left out: no disk can be mounted here, which takes the superuser and loop devices');
  return undefined;
}

function unmount(): void {
  spawnSync('umount', ['--lazy', folder]);
}

/** Writes until there is no room left. */
function fill(file: string): void {
  for (let size = 1_048_576; size >= 512; size /= 2) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // There is room for less.
    }
  }
}

describe('A state that cannot be written', () => {
  it('because the disk is full when the process starts ends it with code 1 and the reason, and is used once there is room', async () => {
    if (!mounted('1m')) {
      console.info('left out: nothing can be mounted here');
      return;
    }
    try {
      const ballast = join(folder, 'ballast');
      fill(ballast);
      const refused = await start().exit;
      expect(refused.code).toBe(1);
      expect(refused.stdout + refused.stderr).toMatch(/The state database cannot be (read|written)/);
      expect(refused.stdout + refused.stderr).toMatch(/database or disk is full|disk I\/O error|ENOSPC/);
      rmSync(ballast);
      const child = start();
      await child.until(() => ranIn(child.stdout).length > 3);
      expect(await child.stop('SIGTERM')).toMatchObject({ code: 0 });
    } finally {
      spawnSync('umount', ['--lazy', folder]);
    }
  });

  it('because the disk is full holds no run up, is tried again, and loses nothing once there is room', async () => {
    if (!mounted('2m')) {
      console.info('left out: nothing can be mounted here');
      return;
    }
    try {
      const child = start();
      await child.until(() => ranIn(child.stdout).length > 3);
      const ballast = join(folder, 'ballast');
      fill(ballast);
      await child.until(() => child.stdout.includes('The runs of the history cannot be saved, which is tried again'));
      expect(child.stdout).toContain('database or disk is full');
      expect(child.stdout).toMatch(/^warn Degraded .*runs of the history cannot be saved/m);
      const then = ranIn(child.stdout).length;
      await child.until(() => ranIn(child.stdout).length > then + 20);
      rmSync(ballast);
      await child.until(() => child.stdout.includes('The runs of the history can be saved again'));
      expect(await child.stop('SIGTERM')).toMatchObject({ code: 0 });
      const rows = await kept();
      expect(ranIn(child.stdout).filter(({ id }) => !rows.has(id))).toEqual([]);
    } finally {
      spawnSync('umount', ['--lazy', folder]);
    }
  });

  it('because its file may not be changed for a while goes on, degraded, and has lost nothing once it may be again', async () => {
    if (!diskMounted()) return;
    const change = (how: '+i' | '-i'): void => {
      for (const end of ['', '-wal']) spawnSync('chattr', [how, join(folder, `busy.db${end}`)]);
    };
    try {
      const child = start();
      await child.until(() => ranIn(child.stdout).length > 5);
      change('+i');
      await child.until(() => /^warn Degraded .*runs of the history cannot be saved/m.test(child.stdout));
      const then = ranIn(child.stdout).length;
      await child.until(() => ranIn(child.stdout).length > then + 20);
      change('-i');
      await child.until(() => child.stdout.includes('The runs of the history can be saved again'));
      expect(await child.stop('SIGTERM')).toMatchObject({ code: 0 });
      const rows = await kept();
      expect(ranIn(child.stdout).filter(({ id }) => !rows.has(id))).toEqual([]);
    } finally {
      change('-i');
      unmount();
    }
  });

  it('because an error of the disk has made it read-only goes on, degraded, says at the end what it has lost, and has kept the rest', async () => {
    const device = diskMounted();
    if (!device) return;
    try {
      const child = start();
      await child.until(() => ranIn(child.stdout).length > 20);
      const early = ranIn(child.stdout);
      await child.until(() => ranIn(child.stdout).length > early.length + WINDOW_MS / 20);
      spawnSync('sync', ['-f', folder]);
      // The kernel then refuses every write, as after a real error; a remount is refused while files are open.
      writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, '1');
      await child.until(() => /^warn Degraded .*runs of the history cannot be saved/m.test(child.stdout));
      const then = ranIn(child.stdout).length;
      await child.until(() => ranIn(child.stdout).length > then + 20);
      const exit = await child.stop('SIGTERM');
      expect(exit.signal).toBeUndefined();
      expect(child.stdout).toMatch(/[1-9]\d* runs of the history were not saved/);
      unmount();
      expect(spawnSync('mount', ['-o', 'loop', IMAGE(), folder]).status).toBe(0);
      const rows = await kept();
      // As after a failure of the power, what the disk had is there.
      expect(early.filter(({ id }) => !rows.has(id))).toEqual([]);

      const again = start();
      await again.until(() => ranIn(again.stdout).length > 3);
      expect(await again.stop('SIGTERM')).toMatchObject({ code: 0 });
    } finally {
      unmount();
    }
  });

  it('because its file cannot be opened stops the boot, with exit code 1, the file and what to do', async () => {
    // Nobody hinders the superuser by a mode: a folder in the place of the file hinders everyone.
    if (process.getuid?.() === 0) mkdirSync(join(folder, 'busy.db'));
    else chmodSync(folder, 0o500);
    const { code, stdout, stderr } = await start().exit;
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('The state database cannot be read');
    expect(stdout + stderr).toContain(join(folder, 'busy.'));
    chmodSync(folder, 0o700);
    expect(existsSync(join(folder, 'busy.db-wal'))).toBe(false);
  });
});
