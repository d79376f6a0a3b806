import { hostname } from 'node:os';

import type { Clock } from '../contracts/Clock';
import { StateInUseError } from '../errors/processErrors';
import { transactionExpired } from '../errors/stateErrors';
import { isoText } from '../time/instant';
import { settleWithin } from '../time/settleWithin';
import { type Driver, loadDriver } from './sqlite';
import { IN_MEMORY, SqliteState } from './SqliteState';
import type { StateFiles } from './stateFiles';
import { StateOwnership } from './StateOwnership';

const OWNER_TABLE =
  'CREATE TABLE IF NOT EXISTS daemonry_owner (' +
  'only INTEGER PRIMARY KEY CHECK (only = 1), host TEXT NOT NULL, pid INTEGER NOT NULL, since TEXT NOT NULL) STRICT';

/** The process in the file, which may have ended since. */
interface Owner {
  readonly [column: string]: string | number;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
}

/** The state database of an application, from its boot to its end: one process at a time has it. */
export class ApplicationState {
  readonly database: SqliteState;
  readonly #clock: Clock;
  readonly #ownership: StateOwnership | undefined;
  readonly #driver: () => Driver;
  readonly #files: StateFiles | undefined;
  readonly #isUsed: boolean;

  /**
   * @param isUsed - false for an application that does not inject it: nothing is opened then.
   * @param files - undefined for a database in memory.
   */
  constructor(clock: Clock, isUsed: boolean, files: StateFiles | undefined, driver = loadDriver) {
    this.#clock = clock;
    this.#isUsed = isUsed;
    this.#driver = driver;
    this.#files = files;
    this.#ownership = files === undefined ? undefined : new StateOwnership(driver, files.lock);
    this.database = new SqliteState(driver, files?.database ?? IN_MEMORY, clock);
  }

  /**
   * Takes the right to the files, opens the database, and writes who has it.
   *
   * @throws StateInUseError if another process has it. StateError when the file cannot be opened or written.
   */
  async open(): Promise<void> {
    if (!this.#isUsed) return;
    if (this.#files !== undefined && this.#ownership?.take() === false) {
      throw new StateInUseError(this.#files.lock, await this.#ownerOf(this.#files));
    }
    try {
      this.database.open();
      await this.#sign();
    } catch (error) {
      await this.close(0);
      throw error;
    }
  }

  /**
   * Waits for the transactions that were begun, closes the database and gives the right to it back.
   *
   * @throws StateError when they were not over after `limitMs`; the end of the process rolls them back.
   */
  async close(limitMs: number): Promise<void> {
    if (!this.#isUsed) return;
    await settleWithin(this.#clock, limitMs, this.database.close(), () => transactionExpired(limitMs));
    this.#ownership?.release();
  }

  async #sign(): Promise<void> {
    if (this.#ownership === undefined) return;
    await this.database.run(OWNER_TABLE);
    await this.database.run('INSERT OR REPLACE INTO daemonry_owner (only, host, pid, since) VALUES (1, ?, ?, ?)', [
      hostname(),
      process.pid,
      isoText(this.#clock.now()),
    ]);
  }

  /** The process that has the files, as far as it has got to write that. */
  async #ownerOf({ database }: StateFiles): Promise<Partial<Owner>> {
    const reader = new SqliteState(this.#driver, database, this.#clock);
    try {
      reader.open();
      return (await reader.get<Owner>('SELECT host, pid, since FROM daemonry_owner')) ?? {};
    } catch {
      // What matters is that it is in use.
      return {};
    } finally {
      await reader.close();
    }
  }
}
