import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { SqliteState } from '../../src/state/SqliteState';
import { loadDriver } from '../../src/state/driver';
import { WriteAheadLog } from '../../src/state/WriteAheadLog';
import { SystemClock } from '../../src/time/SystemClock';
import { freshFile } from './support/given';

const MIB = 1_024 * 1_024;
const LARGE = 'x'.repeat(64 * 1_024);

const sizeOf = (file: string): number => statSync(file).size;

describe('The log of a state database', () => {
  it('is moved into the file by a thread whenever it has 4 MiB, and statements wait for that without holding the loop up', async () => {
    const file = freshFile();
    const heldUp = jest.fn();
    const state = new SqliteState(loadDriver, file, new SystemClock(), { heldUp });
    state.open();
    await state.run('CREATE TABLE test (id INTEGER PRIMARY KEY, value TEXT)');
    let turns = 0;
    const loop = setInterval(() => turns++, 1);
    for (let row = 1; row <= 200; row++) {
      await state.run('INSERT INTO test (value) VALUES (?)', [LARGE]);
      if (row === 160) expect(turns).toBeGreaterThan(0);
    }
    clearInterval(loop);

    expect(sizeOf(file)).toBeGreaterThan(8 * MIB);
    expect(sizeOf(`${file}-wal`)).toBeLessThan(6 * MIB);
    expect(await state.get('SELECT count(*) AS n, sum(length(value)) AS size FROM test')).toEqual({
      n: 200,
      size: 200 * LARGE.length,
    });
    expect(await state.get('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' });
    expect(heldUp).not.toHaveBeenCalled();
    await state.close();
  });

  it('waits for an open transaction, and changes nothing that the application can read', async () => {
    const file = freshFile();
    const state = new SqliteState(loadDriver, file, new SystemClock(), { heldUp: jest.fn() });
    state.open();
    await state.run('PRAGMA user_version = 7');
    await state.run('CREATE TABLE test (value TEXT)');
    await state.transaction(async (statements) => {
      for (let row = 0; row < 100; row++) await statements.run('INSERT INTO test VALUES (?)', [LARGE]);
      await new Promise((resolve) => setImmediate(resolve));
      expect(sizeOf(`${file}-wal`)).toBeGreaterThan(0);
    });
    expect(await state.get('SELECT count(*) AS n FROM test')).toEqual({ n: 100 });
    expect(await state.get('PRAGMA user_version')).toEqual({ user_version: 7 });
    expect(sizeOf(`${file}-wal`)).toBeLessThan(MIB);
    await state.close();
  });

  it('is moved by the loop itself where no thread can open the file, which is told for the 1st, 2nd, 4th … time', async () => {
    const file = freshFile();
    // A folder: no thread can open it.
    mkdirSync(file, { recursive: true });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}-wal`, Buffer.alloc(5 * MIB));
    const moves: Promise<void>[] = [];
    const told: [string, number][] = [];
    let movedHere = 0;
    const log = new WriteAheadLog({
      file,
      moveHere: () => {
        movedHere++;
      },
      alone: (move) => {
        moves.push(move());
        return moves.at(-1) ?? Promise.resolve();
      },
      heldUp: ({ message }, times) => told.push([message, times]),
    });
    for (let move = 1; move <= 5; move++) {
      writeFileSync(`${file}-wal`, Buffer.alloc(5 * move * MIB));
      for (let statement = 0; statement < 16; statement++) log.grown();
      log.look();
      await moves.at(-1);
    }
    expect(movedHere).toBe(5);
    expect(told.map(([, times]) => times)).toEqual([1, 2, 4]);
    expect(told[0]?.[0]).toContain('unable to open database file');
    await log.end();
  });
});
