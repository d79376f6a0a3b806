import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import type { StateError } from '../../src/errors/stateErrors';
import { thisProcess } from '../../src/state/processIdentity';
import { SqliteState } from '../../src/state/SqliteState';
import { driverId, loadDriver } from '../../src/state/driver';
import { filesBeside } from '../../src/state/stateFiles';
import { StateOwnership } from '../../src/state/StateOwnership';
import { VirtualClock } from '../../src/testing/clock/VirtualClock';
import { codeOf, freshFile } from './support/given';

function failureOf(state: SqliteState): unknown {
  try {
    state.open();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('The file of a state database', () => {
  it('holds everything by itself once it was closed, and can be read by its owner alone', async () => {
    const file = freshFile();
    const clock = new VirtualClock();
    const state = new SqliteState(loadDriver, file, clock);
    state.open();
    await state.run('CREATE TABLE test (value)');
    await state.run('INSERT INTO test VALUES (7)');
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(file + suffix).mode & 0o777).toBe(0o600);
    await state.close();

    const copy = `${file}.copy`;
    copyFileSync(file, copy);
    const again = new SqliteState(loadDriver, copy, clock);
    again.open();
    expect(await again.all('SELECT value FROM test')).toEqual([{ value: 7 }]);
    await again.close();
  });

  it('that is none is STATE_UNREADABLE, and stays as it is', async () => {
    const file = join(dirname(dirname(freshFile())), 'text.db');
    const text = 'no database at all. '.repeat(100);
    writeFileSync(file, text);
    const state = new SqliteState(loadDriver, file, new VirtualClock());
    expect(failureOf(state)).toMatchObject({ code: 'STATE_UNREADABLE', facts: { file } });
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(await codeOf(state.get('SELECT 1'))).toBe('STATE_CLOSED');
  });

  it.each([
    ['a folder', (file: string) => mkdirSync(file, { recursive: true })],
    ['below a file', (file: string) => writeFileSync(dirname(file), '')],
  ])('that is %s is STATE_UNREADABLE', (_what, make) => {
    const file = freshFile();
    make(file);
    const state = new SqliteState(loadDriver, file, new VirtualClock());
    expect(failureOf(state)).toMatchObject({ code: 'STATE_UNREADABLE', facts: { file } });
  });

  it('that another program has locked is STATE_LOCKED at its opening', () => {
    const file = freshFile();
    mkdirSync(dirname(file));
    const { DatabaseSync } = loadDriver();
    const shell = new DatabaseSync(file);
    shell.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE test (value)');

    const failure = failureOf(new SqliteState(loadDriver, file, new VirtualClock())) as StateError;

    expect(failure).toMatchObject({ code: 'STATE_LOCKED', facts: { file, cause: 'database is locked' } });
    expect(failure.fix).toContain('end that program, or its transaction');
    shell.close();
  });

  it('that another program has locked is STATE_LOCKED at a write, and can be written later', async () => {
    const file = freshFile();
    const state = new SqliteState(loadDriver, file, new VirtualClock());
    state.open();
    await state.run('CREATE TABLE test (value)');
    const { DatabaseSync } = loadDriver();
    const shell = new DatabaseSync(file);
    shell.exec('BEGIN IMMEDIATE');

    expect(await codeOf(state.run('INSERT INTO test VALUES (1)'))).toBe('STATE_LOCKED');
    shell.exec('ROLLBACK');
    expect(await codeOf(state.run('INSERT INTO test VALUES (1)'))).toBe('kept');
    shell.close();
    await state.close();
  });

  it('that is damaged later is STATE_UNREADABLE with the file', async () => {
    const file = freshFile();
    const state = new SqliteState(loadDriver, file, new VirtualClock());
    state.open();
    await state.run('CREATE TABLE test (value)');
    for (let row = 0; row < 200; row++) await state.run('INSERT INTO test VALUES (?)', ['x'.repeat(200)]);
    await state.close();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(7, 4_096));
    const again = new SqliteState(loadDriver, file, new VirtualClock());
    again.open();
    await expect(again.all('SELECT * FROM test')).rejects.toMatchObject({ code: 'STATE_UNREADABLE', facts: { file } });
    await again.close();
  });
});

describe('The right to a state', () => {
  it('belongs to one at a time, until it is released', () => {
    const file = freshFile();
    const [first, second] = [ownershipOf(file), ownershipOf(file)];
    expect(first.take()).toBeUndefined();
    expect(second.take()).toEqual({});
    first.release();
    expect(second.take()).toBeUndefined();
    second.release();
  });

  it('is kept from other processes, also after another application of this process has asked for it', () => {
    const file = freshFile();
    const { lock } = filesBeside(file);
    const owner = ownershipOf(file);
    expect(owner.take()).toBeUndefined();
    expect(ownershipOf(file).take()).toEqual({});

    expect(takenElsewhere(lock)).toBe('database is locked');
    owner.release();
    expect(takenElsewhere(lock)).toBe('taken');
  });
});

describe('The right to a state that is renewed', () => {
  const since = '2030-01-31T08:00:00.000Z';

  function given() {
    const file = freshFile();
    const files = filesBeside(file);
    const ownership = ownershipOf(file);
    ownership.take();
    writeFileSync(file, '');
    ownership.sign(since);
    const record = JSON.parse(readFileSync(files.owner, 'utf8')) as Record<string, unknown>;
    const rewrite = (changes: object): void => {
      writeFileSync(files.owner, JSON.stringify({ ...record, token: 'of another', ...changes }));
    };
    return { ownership, files, rewrite, written: () => readFileSync(files.owner, 'utf8'), own: JSON.stringify(record) };
  }

  it('writes nothing to its folder, and keeps the lock', () => {
    const { ownership, files } = given();
    const folder = dirname(files.lock);
    const before = [statSync(folder).mtimeMs, readdirSync(folder).sort()];

    for (let renewal = 0; renewal < 30; renewal++) expect(ownership.renew()).toEqual([]);

    expect([statSync(folder).mtimeMs, readdirSync(folder).sort()]).toEqual(before);
    expect(readdirSync(folder).sort()).toEqual(['orders.db', 'orders.lock.db', 'orders.owner.json']);
    expect(takenElsewhere(files.lock)).toBe('database is locked');
    ownership.release();
  });

  it('does not let go of a lock that it has', () => {
    const statements: string[] = [];
    const { DatabaseSync } = loadDriver();
    class Watched extends DatabaseSync {
      override exec(sql: string): void {
        statements.push(sql);
        super.exec(sql);
      }
    }
    const file = freshFile();
    const ownership = new StateOwnership(() => ({ DatabaseSync: Watched }), filesBeside(file));
    ownership.take();
    writeFileSync(file, '');
    ownership.sign(since);
    statements.length = 0;

    for (let renewal = 0; renewal < 5; renewal++) ownership.renew();

    expect(statements).toEqual([]);
    ownership.release();
  });

  it('takes the lock again, which a reader of its file has ended', () => {
    const { ownership, files } = given();
    for (let loss = 0; loss < 2; loss++) {
      readFileSync(files.lock);
      expect(takenElsewhere(files.lock)).toBe('taken');
      // Once in a minute where the system does not tell of locks.
      for (let renewal = 0; renewal < (process.platform === 'linux' ? 1 : 12); renewal++) ownership.renew();
      expect(takenElsewhere(files.lock)).toBe('database is locked');
    }
    ownership.release();
  });

  it('makes a lock and a record anew that are gone', () => {
    const { ownership, files } = given();
    rmSync(files.lock);
    rmSync(files.owner);

    expect(ownership.renew()).toEqual([files.lock, files.owner]);
    expect(ownership.renew()).toEqual([]);
    expect(takenElsewhere(files.lock)).toBe('database is locked');
    ownership.release();
  });

  it('survives a folder that leads to itself', () => {
    const { ownership, files } = given();
    const folder = dirname(files.lock);
    renameSync(folder, `${folder}-moved`);
    symlinkSync(folder, folder);

    expect(ownership.renew()).toEqual([]);
    expect(ownership.successor).toBeUndefined();
    ownership.release();
  });

  it.each([
    ['a process that has ended', { pid: 2 ** 22 + 1, since: '2030-01-31T09:00:00.000Z' }],
    ['an earlier application of this process', { since: '2030-01-31T09:00:00.000Z' }],
    ['another container, written before', { host: 'box', birth: 'boot pid:[1] 1', since: '2030-01-31T07:00:00.000Z' }],
    ['another container, at no time', { host: 'box', birth: 'boot pid:[1] 1', since: 'yesterday' }],
  ])('believes no record that somebody has put back, and writes its own again: of %s', (_, changes) => {
    const { ownership, files, rewrite, written, own } = given();
    rewrite(changes);

    expect(ownership.successor).toBeUndefined();
    expect(ownership.renew()).toEqual([files.owner]);
    expect(written()).toBe(`${own}\n`);
    ownership.release();
  });

  it('believes the record of a living process of another database as little', () => {
    const { ownership, files, rewrite } = given();
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 60_000)']);
    const birth = birthOf(child.pid);
    const taken = { pid: child.pid, birth, since: '2030-01-31T09:00:00.000Z' };

    rewrite({ ...taken, database: '1:1' });
    expect(ownership.renew()).toEqual([files.owner]);
    rewrite({ ...taken, since: '2030-01-31T07:00:00.000Z' });
    expect(ownership.renew()).toEqual([files.owner]);
    // The same, if it has taken the state.
    rewrite(taken);
    if (birth !== undefined) expect(ownership.successor).toMatchObject(taken);
    child.kill();
    ownership.release();
  });

  it('believes that of another container, written later, and leaves it alone', () => {
    const { ownership, rewrite, written } = given();
    rewrite({ host: 'box', birth: 'boot pid:[1] 1', since: '2030-01-31T09:00:00.000Z' });

    expect(ownership.successor).toMatchObject({ host: 'box' });
    expect(ownership.renew()).toEqual([]);
    ownership.release();
    expect(written()).toContain('box');
  });
});

/** A process as its own record would name it on Linux. */
function birthOf(pid: number | undefined): string | undefined {
  const own = thisProcess().birth?.split(' ').slice(0, 2);
  if (own === undefined) return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return [...own, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]].join(' ');
}

const ownershipOf = (file: string): StateOwnership => new StateOwnership(loadDriver, filesBeside(file));

/** The answer of another process that tries to lock a file: `taken`, or the error. */
function takenElsewhere(file: string): string {
  const code = `
    const { DatabaseSync } = require(${JSON.stringify(driverId())});
    try {
      new DatabaseSync(${JSON.stringify(file)}, { timeout: 0 }).exec('BEGIN EXCLUSIVE');
      console.log('taken');
    } catch (error) {
      console.log(error.message);
    }
  `;
  return execFileSync(process.execPath, ['--no-warnings', '-e', code], { encoding: 'utf8' }).trim();
}
