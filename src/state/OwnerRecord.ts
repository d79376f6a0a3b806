import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

import { toError } from '../errors/serializeError';
import { writeFailed } from '../errors/stateErrors';
import { fateOf, type ProcessIdentity } from './processIdentity';
import { fileId } from './stateFiles';

/** The process that works with a state database, as it wrote itself into the file beside it. */
export interface OwnerRecord extends ProcessIdentity {
  /** ISO text. */
  readonly since: string;
  /** The address where it answers. */
  readonly url?: string;
  /** Tells this right to the state from every other. */
  readonly token: string;
  /** The device and the number of the database's file: a copy of the folder is another one. */
  readonly database: string;
}

/** Bytes. What is longer is other data in its place. */
const LONGEST = 10_000;

/** Reads the record; undefined if there is none, or what is there is none. */
export function readOwner(file: string): OwnerRecord | undefined {
  try {
    const found = statSync(file);
    // To read a pipe would wait for whoever writes to it.
    if (!found.isFile() || found.size > LONGEST) return undefined;
    const record = Object(JSON.parse(readFileSync(file, 'utf8'))) as Partial<Record<keyof OwnerRecord, unknown>>;
    const { host, pid, startedAt, since, url, token, database, birth } = record;
    const texts = [host, since, token, database, birth ?? '', url ?? ''];
    if (!texts.every((each) => typeof each === 'string')) return undefined;
    return Number.isSafeInteger(pid) && Number.isFinite(startedAt) ? (record as unknown as OwnerRecord) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes the record, whole or not at all.
 *
 * @throws StateError STATE_WRITE_FAILED
 */
export function writeOwner(file: string, record: OwnerRecord): void {
  const draft = `${file}.new`;
  try {
    writeFileSync(draft, `${JSON.stringify(record)}\n`, { mode: 0o600 });
    renameSync(draft, file);
  } catch (error) {
    try {
      rmSync(draft, { force: true });
    } catch {
      // What is there is no draft, and stays.
    }
    throw writeFailed(file, toError(error));
  }
}

/** True if a record is that of this very database, not of one that it was copied from, and its process still lives. */
export const worksWith = (record: OwnerRecord, database: string): boolean =>
  isOf(record, database) && fateOf(record) === 'lives';

/**
 * True if a record says that another process has taken the right after `own` was written. One that somebody has put back, such as
 * a backup or a program that keeps folders alike, does not: its process has ended, is this one, has another database, or wrote it
 * earlier.
 */
export function succeeds(record: OwnerRecord, own: OwnerRecord, database: string): boolean {
  if (record.token === own.token || !isLater(record, own)) return false;
  const fate = fateOf(record);
  return fate === 'unseen' || (fate === 'lives' && record.pid !== own.pid && isOf(record, database));
}

/** Where both are of one moment, one of them is the later one all the same: both processes have to see it alike. */
function isLater(record: OwnerRecord, own: OwnerRecord): boolean {
  const [at, ownAt] = [Date.parse(record.since), Date.parse(own.since)];
  return at === ownAt ? record.token > own.token : at > ownAt;
}

function isOf(record: OwnerRecord, database: string): boolean {
  try {
    return fileId(database) === record.database;
  } catch {
    // A folder that cannot be searched any more.
    return false;
  }
}
