import { existsSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { codeOf } from '../errors/serializeError';
import { loadDriver } from './sqlite';
import { readState } from './stateMaintenance';
import { StateOwnership } from './StateOwnership';

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

/** The state databases in a folder, sorted by name: each has the file of its lock beside it. */
export function stateDatabases(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory);
  return names
    .filter((name) => name.endsWith(DATABASE) && names.includes(lockOf(name)))
    .sort()
    .map((name) => join(directory, name));
}

/**
 * The process of this machine that works with a state database now; undefined if none does. The row in the database outlives
 * its process, so it is believed only while that lives and the lock is held.
 *
 * @throws StateError when the file cannot be read.
 */
export async function runningOwner(file: string): Promise<StateOwner | undefined> {
  const row = await readState(file, async (state) => {
    const isSigned = await state.get("SELECT 1 FROM sqlite_schema WHERE name = 'daemonry_owner'");
    return isSigned === undefined ? undefined : state.get('SELECT * FROM daemonry_owner');
  });
  const { host, pid, since, url } = row ?? {};
  if (host !== hostname() || typeof pid !== 'number' || typeof since !== 'string' || !lives(pid)) return undefined;
  if (!new StateOwnership(loadDriver, lockOf(file)).isTaken()) return undefined;
  return { file, pid, since, url: typeof url === 'string' ? url : undefined };
}

const DATABASE = '.db';

const lockOf = (file: string): string => `${file.slice(0, -DATABASE.length)}.lock.db`;

function lives(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process.
    return codeOf(error) === 'EPERM';
  }
}
