import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

import { codeOf, toError } from '../errors/serializeError';
import { stateUnreadable } from '../errors/stateErrors';
import { readOwner, worksWith } from './OwnerRecord';
import { fateOf } from './processIdentity';
import { checkIsFile, filesBeside } from './stateFiles';

/** A process that works with a state database. */
export interface StateOwner {
  /** The path of the database. */
  readonly file: string;
  readonly pid: number;
  /** ISO text. */
  readonly since: string;
  /** The address where it answers; undefined if it has published none. */
  readonly url: string | undefined;
}

/**
 * The state databases in a folder, sorted by name: each has the file of its lock beside it. None where there is no folder.
 *
 * @throws StateError STATE_UNREADABLE when it cannot be read.
 */
export function stateDatabases(directory: string): readonly string[] {
  const names = namesIn(directory);
  return names
    .filter((name) => name.endsWith('.db') && names.includes(basename(filesBeside(name).lock)))
    .sort()
    .map((name) => join(directory, name));
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw stateUnreadable(directory, toError(error));
  }
}

/**
 * The process of this machine that works with a state database now; undefined if none does. Its record may outlive it, and is
 * believed only while it lives. No driver of the database is needed.
 *
 * @throws StateError when there is no such file.
 */
export function runningOwner(file: string): StateOwner | undefined {
  checkIsFile(file);
  const record = readOwner(filesBeside(file).owner);
  if (record === undefined || !worksWith(record, file)) return undefined;
  const { pid, since, url } = record;
  return { file, pid, since, url };
}

/** Says which process has written itself beside a database, if that cannot be looked at from here; undefined otherwise. */
export function unseenOwner(file: string): string | undefined {
  const record = readOwner(filesBeside(file).owner);
  if (record === undefined || fateOf(record) !== 'unseen') return undefined;
  return `${file}: pid ${record.pid} on ${record.host}, since ${record.since}`;
}
