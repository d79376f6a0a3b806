import { hostname } from 'node:os';

import type { Clock } from '../contracts/Clock';
import type { StateTables } from '../contracts/StateDatabase';
import { StateInUseError } from '../errors/processErrors';
import { transactionExpired } from '../errors/stateErrors';
import { isoText } from '../time/instant';
import { settleWithin } from '../time/settleWithin';
import { type Driver, loadDriver } from './sqlite';
import { IN_MEMORY, SqliteState } from './SqliteState';
import type { StateFiles } from './stateFiles';
import { StateOwnership } from './StateOwnership';
import { type Backlog, WriteBehind, type WriteBehindParts } from './WriteBehind';

const OWNER_TABLE =
  'CREATE TABLE daemonry_owner (only INTEGER PRIMARY KEY CHECK (only = 1), host TEXT NOT NULL, pid INTEGER NOT NULL, ' +
  'since TEXT NOT NULL, url TEXT) STRICT';

/** The process in the file, which may have ended since. */
interface Owner {
  readonly [column: string]: string | number;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
}

/** The parts of an {@link ApplicationState}. */
export interface ApplicationStateParts extends WriteBehindParts {
  /** False for an application that keeps nothing: no file is opened, and no driver loaded. */
  readonly isUsed: boolean;
  /** Undefined for a database in memory. */
  readonly files: StateFiles | undefined;
  /** False if the files need not outlive a loss of power. @defaultValue true */
  readonly isSynced?: boolean;
  /** The tables that are made when the database is opened. @defaultValue none */
  readonly tables?: () => readonly StateTables[];
}

const NONE: readonly string[] = Object.freeze([]);

/** The state database of an application, from its boot to its end: one process at a time has it. */
export class ApplicationState {
  readonly database: SqliteState;
  readonly #parts: WriteBehindParts;
  readonly #clock: Clock;
  readonly #backlogs: Backlog[] = [];
  readonly #writers: WriteBehind[] = [];
  readonly #ownership: StateOwnership | undefined;
  readonly #driver: () => Driver;
  readonly #files: StateFiles | undefined;
  readonly #isUsed: boolean;
  readonly #tables: () => readonly StateTables[];

  constructor({ isUsed, files, isSynced, tables = () => [], ...parts }: ApplicationStateParts, driver = loadDriver) {
    const { clock } = parts;
    this.#parts = parts;
    this.#clock = clock;
    this.#isUsed = isUsed;
    this.#tables = tables;
    this.#driver = driver;
    this.#files = files;
    this.#ownership = files === undefined ? undefined : new StateOwnership(driver, files.lock);
    const heldUp = (error: Error, times: number): void => {
      parts.log.warn('The state could not be written to its file without holding up the event loop.', { error, times });
    };
    this.database = new SqliteState(driver, files?.database ?? IN_MEMORY, clock, { heldUp, isSynced });
  }

  /**
   * Takes the right to the files, opens the database, writes who has it, and has all tables made.
   *
   * @throws StateInUseError if another process has it. StateError when the file cannot be opened or written,
   * or newer code has written it.
   */
  async open(): Promise<void> {
    if (!this.#isUsed) return;
    if (this.#files !== undefined && this.#ownership?.take() === false) {
      throw new StateInUseError(this.#files.lock, await this.#ownerOf(this.#files));
    }
    try {
      this.database.open();
      await this.#sign();
      for (const { owner, steps } of this.#tables()) await this.database.migrate(owner, steps);
      for (const backlog of this.#backlogs) await backlog.load();
    } catch (error) {
      await this.close(0);
      throw error;
    }
  }

  /** Why the newest rows of the engine are not written, one sentence for each of its backlogs. */
  get complaints(): readonly string[] {
    if (this.#writers.every(({ complaint }) => complaint === undefined)) return NONE;
    return this.#writers.flatMap(({ complaint }) => complaint ?? []);
  }

  /**
   * Publishes the address where the application answers, for commands on this machine; undefined when it answers nowhere any
   * more. Nothing is done if nothing is kept.
   *
   * @throws StateError when it cannot be written.
   */
  async publish(url: string | undefined): Promise<void> {
    if (this.#ownership === undefined || !this.database.isOpen) return;
    await this.database.run('UPDATE daemonry_owner SET url = ?', [url ?? null]);
  }

  /** The number of statements that could not be written since the boot, of all owners; undefined if nothing is kept. */
  get writeErrors(): number | undefined {
    return this.#isUsed ? this.database.writeErrors : undefined;
  }

  /** Has the rows of a backlog written, {@link WriteBehind} says when. */
  writeBehind(backlog: Backlog, delayMs = 0): WriteBehind {
    const writer = new WriteBehind(this.#parts, backlog, delayMs);
    this.#backlogs.push(backlog);
    this.#writers.push(writer);
    return writer;
  }

  /** Writes the backlogs for the last time. Resolves with a sentence for each that could not be written. */
  async flush(): Promise<readonly string[]> {
    const failures = await Promise.all(this.#writers.map((writer) => writer.close()));
    return failures.flatMap((failure) => failure ?? []);
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
    // Older code has made it without the address. Only its row of now counts.
    if (
      (await this.database.get("SELECT 1 FROM pragma_table_info('daemonry_owner') WHERE name = 'url'")) === undefined
    ) {
      await this.database.run('DROP TABLE IF EXISTS daemonry_owner');
      await this.database.run(OWNER_TABLE);
    }
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
