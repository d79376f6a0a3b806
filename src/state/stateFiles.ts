import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { FrameworkConfig } from '../contracts/configuration';
import { toError } from '../errors/serializeError';
import { stateLogForeign, stateMissing, stateUnreadable } from '../errors/stateErrors';

/** The files of the state database of one application. */
export interface StateFiles {
  /** The database. */
  readonly database: string;
  /** Locked by the process that works with the database. */
  readonly lock: string;
  /** Says which process that is. */
  readonly owner: string;
}

/** The files of an application in `state.directory`. `state.instance` tells processes of one application apart. */
export function stateFiles({ directory, instance }: FrameworkConfig['state'], application: string): StateFiles {
  // A dot parts the name from the instance, and from `lock`, which is no instance: no two names share a file.
  const name = encodeURIComponent(application).replaceAll('.', '%2E');
  return filesBeside(join(directory, instance === '' ? `${name}.db` : `${name}.${instance}.db`));
}

const DATABASE = '.db';

/** The files that belong to a database. */
export function filesBeside(database: string): StateFiles {
  const name = database.slice(0, -DATABASE.length);
  return { database, lock: `${name}.lock.db`, owner: `${name}.owner.json` };
}

/** @throws StateError STATE_UNREADABLE when there is no file of that path. */
export function checkIsFile(path: string): void {
  let found: Stats | undefined;
  try {
    found = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw stateUnreadable(path, toError(error));
  }
  if (found?.isFile() !== true) throw stateMissing(path, found !== undefined);
}

/** Tells a file from every other one, also from a copy in its place; undefined if there is none. */
export function fileId(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

/**
 * Makes a file that its owner alone can read, if there is none; SQLite gives the files beside it the same mode. One that is
 * there is not opened: to close it again would end the locks that this process has on it.
 */
export function makePrivate(file: string): void {
  makeFolder(dirname(file));
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) closeSync(openSync(file, 'a', PRIVATE));
  // A folder or a device that is in the way belongs to others: one may lead to /dev/null.
  else if (found.isFile() && (found.mode & 0o777) !== PRIVATE) chmodSync(file, PRIVATE);
}

/** The bytes of a database that say whether it has a log beside it: 1 if not, as in a backup, and 2 if it may. */
const FORMAT = { position: 18, length: 2 } as const;

/**
 * Refuses a backup that was put beside the log of the file that was there before: SQLite would take its pages for newer ones of
 * the backup. Called before the file is opened by this process, whose locks on it would end here.
 *
 * @throws StateError STATE_UNREADABLE
 */
export function checkLog(file: string): void {
  if (hasLog(file) && formatOf(file).every((byte) => byte === 1)) throw stateLogForeign(file);
}

function hasLog(file: string): boolean {
  try {
    return statSync(`${file}-wal`).size > 0;
  } catch {
    // There is none. What else there may be is said by the opening.
    return false;
  }
}

function formatOf(file: string): Buffer {
  const format = Buffer.alloc(FORMAT.length);
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    readSync(handle, format, { position: FORMAT.position });
  } catch {
    // The opening says why it cannot be read.
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
  return format;
}

const PRIVATE = 0o600;

/** Makes a folder and those above it. Node's own `recursive` never returns where the system makes no folders, as in `/proc`. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
}
