import { chmodSync, closeSync, linkSync, lstatSync, openSync, renameSync, rmSync, statSync } from 'node:fs';

import type { SqlStatements } from '../contracts/StateDatabase';
import { toError } from '../errors/serializeError';
import { copyFailed, StateError } from '../errors/stateErrors';
import { SystemClock } from '../time/SystemClock';
import { loadDriver } from './driver';
import { type Connection, openToRead, stateErrorOf } from './sqlite';
import { BUSY_MS, SqliteState } from './SqliteState';
import { checkIsFile, checkLog } from './stateFiles';

/** The condition of the file of a state database. */
export interface StateCondition {
  /** Empty if the file is whole; what is damaged otherwise, as SQLite says it. */
  readonly damages: readonly string[];
  /** Bytes. */
  readonly size: number;
  /** The owners of tables, with the number of their steps. */
  readonly owners: readonly { readonly owner: string; readonly steps: number }[];
}

/**
 * Reads every page of a state database, also while an application works with it.
 *
 * @throws StateError when there is no such file, or it is no database.
 */
export function checkState(file: string): Promise<StateCondition> {
  return withState(file, async (state) => {
    const found = await state.all<{ integrity_check: string }>('PRAGMA integrity_check');
    const damages = found.map(({ integrity_check: text }) => text).filter((text) => text !== 'ok');
    const hasOwners = await state.get("SELECT 1 FROM sqlite_schema WHERE name = 'daemonry_migrations'");
    return {
      damages,
      size: statSync(file).size,
      owners:
        hasOwners === undefined ? [] : await state.all('SELECT owner, steps FROM daemonry_migrations ORDER BY owner'),
    };
  });
}

/**
 * Writes a copy of a state database to a new file, which its owner alone can read; also while an application works with it.
 * The copy is there once it is whole, and not before: until then it has another name beside its own.
 *
 * @throws StateError when the database cannot be read, or the copy not be written; an error with the code `EEXIST` when
 * there is a file already.
 */
export function backUpState(file: string, copy: string): void {
  checkIsFile(file);
  checkLog(file);
  const connection = openToRead(loadDriver(), file, BUSY_MS);
  try {
    const part = `${copy}.${process.pid}.part`;
    if (lstatSync(copy, { throwIfNoEntry: false }) !== undefined) throw isThere(copy);
    closeSync(openSync(part, 'wx', 0o600));
    try {
      vacuumInto(connection, file, part);
      chmodSync(part, 0o600);
      giveName(part, copy);
    } catch (error) {
      // The database itself is only read.
      const isOfCopy = error instanceof StateError && error.code === 'STATE_WRITE_FAILED';
      throw isOfCopy ? copyFailed(copy, toError(error.cause ?? error)) : error;
    } finally {
      for (const rest of ['', '-journal', '-wal', '-shm']) rmSync(part + rest, { force: true });
    }
  } finally {
    connection.close();
  }
}

function vacuumInto(connection: Connection, file: string, part: string): void {
  const sql = `VACUUM INTO '${part.replaceAll("'", "''")}'`;
  try {
    // Some drivers keep a prepared statement in memory, and with it the file open: its log would stay beside it.
    connection.exec(sql);
  } catch (thrown) {
    throw stateErrorOf(file, sql, thrown);
  }
}

const isThere = (path: string): Error => Object.assign(new Error(`EEXIST: ${path}`), { code: 'EEXIST' });

/** Gives a file its name, unless another one has it by now. */
function giveName(part: string, name: string): void {
  try {
    linkSync(part, name);
  } catch (error) {
    // Some file systems have no links.
    if (lstatSync(name, { throwIfNoEntry: false }) !== undefined) throw error;
    renameSync(part, name);
  }
}

/** Reads a state database, `readState` says how. */
export function readAsOfNow<T>(
  file: string,
  work: (statements: Pick<SqlStatements, 'get' | 'all'>) => Promise<T>,
): Promise<T> {
  // A transaction that only reads: writers go on, and what they write is not seen.
  return withState(file, (state) => state.asOfNow(() => work(state)));
}

async function withState<T>(file: string, work: (state: SqliteState) => Promise<T>): Promise<T> {
  // Opening it would make it.
  checkIsFile(file);
  checkLog(file);
  const state = new SqliteState(loadDriver, file, new SystemClock(), { open: openToRead });
  state.open();
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}
