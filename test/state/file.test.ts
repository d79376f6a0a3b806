import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { StateError } from '../../src/errors/stateErrors';
import { SqliteState } from '../../src/state/SqliteState';
import { driverId, loadDriver } from '../../src/state/sqlite';
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
