import type { Clock } from '../contracts/Clock';
import type { StateTables } from '../contracts/StateDatabase';
import { StateInUseError } from '../errors/processErrors';
import { type StateError, transactionExpired } from '../errors/stateErrors';
import { isoText } from '../time/instant';
import { settleWithin } from '../time/settleWithin';
import { loadDriver } from './driver';
import { type Driver, IN_MEMORY } from './sqlite';
import { SqliteState } from './SqliteState';
import { checkLog, type StateFiles } from './stateFiles';
import { StateGuard } from './StateGuard';
import { StateOwnership } from './StateOwnership';
import { type Backlog, WriteBehind, type WriteBehindParts } from './WriteBehind';

/** The parts of an {@link ApplicationState}. */
export interface ApplicationStateParts extends WriteBehindParts {
  /** Undefined for a database in memory. */
  readonly files: StateFiles | undefined;
  /** False if the files need not outlive a loss of power. @defaultValue true */
  readonly isSynced?: boolean;
  /** Called once, when another process has taken the state away. @defaultValue nothing is done */
  readonly lost?: (error: StateError) => void;
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
  readonly #guard: StateGuard | undefined;
  readonly #files: StateFiles | undefined;
  readonly #tables: () => readonly StateTables[];

  constructor(
    { files, isSynced, lost = () => undefined, tables = () => [], ...parts }: ApplicationStateParts,
    driver: () => Driver = loadDriver,
  ) {
    const { clock } = parts;
    this.#parts = parts;
    this.#clock = clock;
    this.#tables = tables;
    this.#files = files;
    if (files !== undefined) {
      const { log, changed } = parts;
      this.#ownership = new StateOwnership(driver, files);
      this.#guard = new StateGuard({ files, ownership: this.#ownership, log, lost, changed });
    }
    const heldUp = (error: Error, times: number): void => {
      parts.log.warn('The state could not be written to its file without holding up the event loop.', { error, times });
    };
    this.database = new SqliteState(driver, files?.database ?? IN_MEMORY, clock, {
      heldUp,
      isSynced,
      ...(this.#guard === undefined ? {} : { beforeWrite: this.#guard.beforeWrite }),
    });
  }

  /**
   * Takes the right to the files, opens the database, writes who has it, and has all tables made.
   *
   * @throws StateInUseError if another process has it. StateError when the file cannot be opened or written,
   * or newer code has written it.
   */
  async open(): Promise<void> {
    const other = this.#ownership?.take();
    if (other !== undefined) throw new StateInUseError(this.#files?.lock ?? '', other);
    try {
      if (this.#files !== undefined) checkLog(this.#files.database);
      this.database.open();
      this.#ownership?.sign(isoText(this.#clock.now()));
      // Tables may take long to make.
      this.#guard?.begin();
      for (const { owner, steps } of this.#tables()) await this.database.migrate(owner, steps);
      for (const backlog of this.#backlogs) await backlog.load();
      // By now SQLite has made the files beside the database.
      this.#guard?.now();
    } catch (error) {
      // What is in the way of the opening is often in the way of the closing too.
      await this.close(0).catch(() => undefined);
      throw error;
    }
  }

  /** Why nothing is saved, or the newest rows of the engine are not, one sentence for each of its backlogs. */
  get complaints(): readonly string[] {
    const whole = this.#guard?.complaint;
    if (whole === undefined && this.#writers.every(({ complaint }) => complaint === undefined)) return NONE;
    return [...(whole === undefined ? [] : [whole]), ...this.#writers.flatMap(({ complaint }) => complaint ?? [])];
  }

  /**
   * Publishes the address where the application answers, for commands on this machine; undefined when it answers nowhere any
   * more. Nothing is done while the database is not open.
   *
   * @throws StateError when it cannot be written.
   */
  async publish(url: string | undefined): Promise<void> {
    if (this.database.isOpen) this.#ownership?.publish(url);
    return Promise.resolve();
  }

  /** The number of statements that could not be written since the boot, of all owners. */
  get writeErrors(): number {
    return this.database.writeErrors;
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
    const whole = this.database.isOpen ? this.#guard?.now()?.what : undefined;
    return [whole, ...failures].flatMap((failure) => failure ?? []);
  }

  /**
   * Waits for the transactions that were begun, closes the database and gives the right to it back.
   *
   * @throws StateError when they were not over after `limitMs`: the end of the process rolls them back; or when the log of
   * the database cannot be moved into it, which loses nothing.
   */
  async close(limitMs: number): Promise<void> {
    this.#guard?.end();
    try {
      await settleWithin(this.#clock, limitMs, this.database.close(), () => transactionExpired(limitMs));
    } finally {
      // A transaction that goes on keeps the right until the process ends.
      if (!this.database.isOpen) this.#ownership?.release();
    }
  }
}
