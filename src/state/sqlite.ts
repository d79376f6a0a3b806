import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { SqlRow, SqlValue } from '../contracts/StateDatabase';
import { codeOf, messageOf, toError } from '../errors/serializeError';
import {
  StateError,
  stateLocked,
  statementFailed,
  stateUnreadable,
  stateUnwritable,
  writeFailed,
} from '../errors/stateErrors';
import { makePrivate } from './stateFiles';

/** A prepared statement of a driver. */
export interface Statement {
  run(...parameters: readonly SqlValue[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
  get(...parameters: readonly SqlValue[]): SqlRow | undefined;
  all(...parameters: readonly SqlValue[]): SqlRow[];
  /** Without, `node:sqlite` throws at an integer that a number cannot hold, also if it is that of the last row. */
  setReadBigInts(isEnabled: boolean): void;
}

/** An open file, in the form that `node:sqlite` gives it. */
export interface Connection {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  close(): void;
}

/** The part of `node:sqlite` that is used; `@photostructure/sqlite` has the same. */
export interface Driver {
  readonly DatabaseSync: new (
    file: string | URL,
    options?: { readonly timeout?: number; readonly readOnly?: boolean },
  ) => Connection;
}

/** In memory, for tests. */
export const IN_MEMORY = ':memory:';

/**
 * Opens a database, and makes its file, readable for its owner alone, if there is none.
 *
 * @param isSynced - false if the file need not outlive a loss of power.
 * @throws StateError STATE_UNREADABLE, STATE_WRITE_FAILED, STATE_LOCKED
 */
export function openDatabase({ DatabaseSync }: Driver, file: string, timeout: number, isSynced: boolean): Connection {
  let connection: Connection | undefined;
  try {
    if (file !== IN_MEMORY) makePrivate(file);
    connection = new DatabaseSync(file, { timeout });
    connection.exec(
      `PRAGMA synchronous = ${isSynced ? 'NORMAL' : 'OFF'}; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; ` +
        'PRAGMA trusted_schema = OFF',
    );
    return connection;
  } catch (thrown) {
    connection?.close();
    throw openingErrorOf(file, thrown);
  }
}

/**
 * Moves the log of a database that {@link openDatabase} has opened into its file, and closes it. It is closed although that
 * fails: what is in the log stays there, and the next process reads it.
 *
 * @param isOwner - false for a connection beside that of the owner, which holds up no other.
 * @throws StateError when the log cannot be moved.
 */
export function closeDatabase(connection: Connection, file: string, isOwner: boolean): void {
  try {
    // Some drivers keep the file open as long as a statement is in memory.
    connection.exec(`PRAGMA wal_checkpoint(${isOwner ? 'TRUNCATE' : 'PASSIVE'})`);
  } catch (thrown) {
    throw stateErrorOf(file, 'PRAGMA wal_checkpoint', thrown);
  } finally {
    connection.close();
  }
}

/** Errors of the system for what this process may not write. */
const NOT_WRITABLE: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT']);

/** The error of a file that cannot be opened, made or locked. */
export function openingErrorOf(file: string, thrown: unknown): StateError {
  const error = toError(thrown);
  const failure = fileFailure(error);
  if (failure === 'busy') return stateLocked(file, error);
  const isReadOnly = failure === 'readOnly' || failure === 'full' || NOT_WRITABLE.has(codeOf(error));
  // SQLite cannot open a file either when it cannot make those beside it.
  if (isReadOnly || (failure === 'cannotOpen' && !canWrite(dirname(file)))) return stateUnwritable(file, error);
  return stateUnreadable(file, error);
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch (error) {
    return !NOT_WRITABLE.has(codeOf(error));
  }
}

/**
 * Opens a database that is there, to read it: its mode and its form stay, and it may belong to another user.
 *
 * @throws StateError STATE_UNREADABLE, STATE_LOCKED
 */
export function openToRead({ DatabaseSync }: Driver, file: string, timeout: number): Connection {
  let connection: Connection | undefined;
  try {
    // Reading makes files beside it too.
    const isOwn = canWrite(file) && canWrite(dirname(file));
    connection = isOwn ? new DatabaseSync(file, { timeout }) : openForeign(DatabaseSync, file, timeout);
    // A driver may open the file at the first statement only.
    connection.exec('PRAGMA trusted_schema = OFF; PRAGMA schema_version');
    return connection;
  } catch (thrown) {
    connection?.close();
    const error = toError(thrown);
    throw fileFailure(error) === 'busy' ? stateLocked(file, error) : stateUnreadable(file, error);
  }
}

/** Without its log beside it nobody works with the file, and SQLite could not make one: it is read as it is. */
function openForeign(DatabaseSync: Driver['DatabaseSync'], file: string, timeout: number): Connection {
  const options = { timeout, readOnly: true };
  if (existsSync(`${file}-wal`)) return new DatabaseSync(file, options);
  const address = pathToFileURL(file);
  address.searchParams.set('immutable', '1');
  return new DatabaseSync(address, options);
}

/** Results of SQLite, with the text of each: https://www.sqlite.org/rescode.html */
const RESULTS = [
  [5, 'busy', 'database is locked'],
  [6, 'locked', 'database table is locked'],
  [8, 'readOnly', 'attempt to write a readonly database'],
  [10, 'ioError', 'disk I/O error'],
  [11, 'corrupt', 'database disk image is malformed'],
  [13, 'full', 'database or disk is full'],
  [14, 'cannotOpen', 'unable to open database file'],
  [26, 'notADatabase', 'file is not a database'],
] as const;

/** A failure that is not the fault of the statement. */
export type FileFailure = (typeof RESULTS)[number][1];

/** The error of a statement: the fault of the file, or its own. */
export function stateErrorOf(file: string, sql: string, thrown: unknown): StateError {
  if (thrown instanceof StateError) return thrown;
  const error = toError(thrown);
  const failure = fileFailure(error);
  if (failure === undefined) return statementFailed(sql, error);
  if (failure === 'busy') return stateLocked(file, error);
  if (failure === 'readOnly') return stateUnwritable(file, error);
  const isDamaged = failure === 'corrupt' || failure === 'notADatabase';
  return isDamaged ? stateUnreadable(file, error) : writeFailed(file, error);
}

/** The failure behind an error of a driver; undefined if it is another one. */
export function fileFailure(error: Error): FileFailure | undefined {
  const { errcode } = error as { errcode?: unknown };
  // Not every method of every driver gives the number. Without what extends it, it is the lowest byte.
  const result = RESULTS.find(([code, , text]) =>
    typeof errcode === 'number' ? (errcode & 0xff) === code : messageOf(error).includes(text),
  );
  return result?.[1];
}
