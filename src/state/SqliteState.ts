import { AsyncLocalStorage } from 'node:async_hooks';

import type { Clock } from '../contracts/Clock';
import {
  type MigrationStep,
  type SqlChange,
  type SqlRow,
  type SqlStatements,
  type SqlValue,
  StateDatabase,
} from '../contracts/StateDatabase';
import { toError } from '../errors/serializeError';
import { isWriteFailure, stateClosed, statementFailed, transactionExpired } from '../errors/stateErrors';
import { trackCallback } from '../execution/PendingCallback';
import { withDeadline } from '../time/withDeadline';
import { migrateState } from './migrateState';
import { PreparedStatements, reads } from './PreparedStatements';
import { closeDatabase, type Connection, type Driver, IN_MEMORY, openDatabase, stateErrorOf } from './sqlite';
import { sqlParameters } from './sqlParameters';
import { type DirectStatements, Transaction } from './Transaction';
import { WriteAheadLog, type WriteAheadLogParts } from './WriteAheadLog';

/** The longest time that a transaction may take, most of which it waits for its author's code. */
const TRANSACTION_LIMIT_MS = 10_000;
/** The longest time to wait for another program that reads or copies the file. It holds the loop. */
export const BUSY_MS = 250;

/** Options of {@link SqliteState}. */
export interface SqliteStateOptions {
  /**
   * Called as {@link WriteAheadLogParts} says; undefined for a connection beside that of the owner, which leaves the log alone.
   */
  readonly heldUp?: WriteAheadLogParts['heldUp'];
  /** Called before each statement that writes, which it can refuse by an error. */
  readonly beforeWrite?: () => void;
  /** False if the file need not outlive a loss of power: then nothing waits for the disk. @defaultValue true */
  readonly isSynced?: boolean;
  /** Opens the file; `openToRead` for what another process owns. @defaultValue `openDatabase` */
  readonly open?: typeof openDatabase;
}

/** A state database in a file of SQLite. */
export class SqliteState extends StateDatabase {
  readonly #driver: () => Driver;
  readonly #clock: Clock;
  readonly #file: string;
  readonly #isSynced: boolean;
  readonly #statements = new PreparedStatements(() => this.#open());
  readonly #opens: typeof openDatabase;
  /** The transaction that the current code is part of. */
  readonly #inside = new AsyncLocalStorage<Transaction>();
  readonly #direct: DirectStatements = {
    run: (sql, parameters) => this.#run(sql, parameters),
    get: (sql, parameters) => this.#get(sql, parameters),
    all: (sql, parameters) => this.allNow(sql, parameters),
  };
  readonly #heldUp: WriteAheadLogParts['heldUp'] | undefined;
  readonly #beforeWrite: (() => void) | undefined;
  #log: WriteAheadLog | undefined;
  #connection: Connection | undefined;
  #closedBecause = 'the application has not been started';
  /** Settles when no transaction is open, and none waits to be. */
  #idle: Promise<unknown> | undefined;
  #writeErrors = 0;

  /** @param file - a path, or {@link IN_MEMORY}. */
  constructor(driver: () => Driver, file: string, clock: Clock, options: SqliteStateOptions = {}) {
    super();
    const { heldUp, beforeWrite, isSynced = true, open = openDatabase } = options;
    this.#opens = open;
    this.#beforeWrite = beforeWrite;
    this.#heldUp = file === IN_MEMORY ? undefined : heldUp;
    this.#isSynced = isSynced;
    this.#driver = driver;
    this.#clock = clock;
    this.#file = file;
  }

  /** True from its opening to its end. */
  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  /** The number of statements that the file could not take: it was full, read-only or damaged. */
  get writeErrors(): number {
    return this.#writeErrors;
  }

  /**
   * Opens the file, and makes it, readable for its owner alone, if there is none.
   *
   * @throws StateError STATE_UNREADABLE, STATE_WRITE_FAILED, STATE_LOCKED, STATE_DRIVER_MISSING
   */
  open(): void {
    this.#connection = this.#opens(this.#driver(), this.#file, BUSY_MS, this.#isSynced);
    if (this.#heldUp !== undefined) this.#keepLog(this.#connection, this.#heldUp);
  }

  /** Waits for the transactions that were begun, and closes the file. @throws StateError when its log cannot be moved into it. */
  async close(): Promise<void> {
    while (this.#idle !== undefined) await this.#idle;
    await this.#log?.end();
    this.#closedBecause = 'the application has stopped';
    this.#statements.clear();
    const connection = this.#connection;
    const isOwner = this.#log !== undefined;
    this.#log = undefined;
    this.#connection = undefined;
    if (this.#opens !== openDatabase) connection?.close();
    else if (connection !== undefined) closeDatabase(connection, this.#file, isOwner);
  }

  run(sql: string, parameters?: readonly SqlValue[]): Promise<SqlChange> {
    return this.#inTurn(sql, () => this.#run(sql, parameters));
  }

  get<Row extends SqlRow = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Promise<Row | undefined> {
    return this.#inTurn(sql, () => this.#get<Row>(sql, parameters));
  }

  all<Row extends SqlRow = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#inTurn(sql, () => this.allNow<Row>(sql, parameters));
  }

  /** Reads at once, also while a transaction is open. @throws StateError */
  allNow<Row extends SqlRow>(sql: string, parameters?: readonly SqlValue[]): readonly Row[] {
    const values = sqlParameters(sql, parameters);
    return this.#execute(sql, () => this.#statements.of(sql, values).all(...values) as Row[]);
  }

  transaction<T>(work: (statements: SqlStatements) => Promise<T>): Promise<T> {
    return this.#inTurn('BEGIN', () => this.#transact(work));
  }

  /**
   * A transaction that waits for nothing: the loop is held while `work` is called. All of it is kept, or nothing if it
   * throws.
   */
  atOnce<T>(work: (statements: DirectStatements) => T): Promise<T> {
    return this.#inTurn('BEGIN', () => {
      this.#control('BEGIN IMMEDIATE');
      try {
        const result = work(this.#direct);
        this.#control('COMMIT');
        return result;
      } catch (error) {
        this.#rollBack();
        throw error;
      }
    });
  }

  /** Calls `work`, which sees the file as it is at its first statement. Nothing that it writes is kept. */
  async asOfNow<T>(work: () => Promise<T>): Promise<T> {
    await this.#inTurn('BEGIN', () => this.#attempt('BEGIN', () => this.#statements.control('BEGIN').run()));
    try {
      return await work();
    } finally {
      await this.#inTurn('ROLLBACK', () => this.#rollBack());
    }
  }

  migrate(owner: string, steps: readonly MigrationStep[]): Promise<void> {
    return this.migrateLazily(owner, steps.length, () => steps);
  }

  /** Same as {@link migrate} for `count` steps, which are asked for only if there are some to run. */
  migrateLazily(owner: string, count: number, steps: () => readonly MigrationStep[]): Promise<void> {
    const execute = (sql: string): void => this.#attempt(sql, () => this.#open().exec(sql));
    return this.atOnce((statements) => migrateState({ file: this.#file, owner, count, steps }, statements, execute));
  }

  /** Calls `act` now, or when the transactions that were asked for before are over. */
  #inTurn<T>(sql: string, act: () => T | Promise<T>): Promise<T> {
    // Work that a transaction has begun and left behind may go on after it.
    if (this.#inside.getStore()?.isOver === false) {
      return Promise.reject(
        statementFailed(
          sql,
          new Error('it is given to the database within a transaction, whose end it would wait for'),
        ),
      );
    }
    if (this.#idle === undefined) {
      try {
        const result = act();
        if (result instanceof Promise) return this.#busyWith(result);
        this.#log?.look();
        return Promise.resolve(result);
      } catch (error) {
        return Promise.reject(toError(error));
      }
    }
    return this.#busyWith(this.#idle.then(act, act));
  }

  #busyWith<T>(work: Promise<T>): Promise<T> {
    const idle = work.then(
      () => undefined,
      () => undefined,
    );
    this.#idle = idle;
    void idle.then(() => {
      if (this.#idle === idle) this.#idle = undefined;
      this.#log?.look();
    });
    return work;
  }

  #keepLog(connection: Connection, heldUp: WriteAheadLogParts['heldUp']): void {
    connection.exec('PRAGMA wal_autocheckpoint = 0');
    this.#log = new WriteAheadLog({
      file: this.#file,
      moveHere: () => {
        connection.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
        connection.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
      },
      alone: async (move) => {
        // A virtual clock waits for it.
        const pending = trackCallback(this.#clock, 'state', 'log');
        await this.#busyWith((this.#idle ?? Promise.resolve()).then(move));
        pending.settled();
      },
      heldUp,
    });
  }

  async #transact<T>(work: (statements: SqlStatements) => Promise<T>): Promise<T> {
    this.#control('BEGIN IMMEDIATE');
    const transaction = new Transaction(this.#direct);
    try {
      const result = await withDeadline(TRANSACTION_LIMIT_MS, () => this.#inside.run(transaction, work, transaction), {
        clock: this.#clock,
        expired: () => transactionExpired(TRANSACTION_LIMIT_MS),
      });
      transaction.end();
      this.#control('COMMIT');
      return result;
    } catch (error) {
      transaction.end();
      this.#rollBack();
      throw error;
    } finally {
      // Otherwise every promise of the process goes on asking for it.
      this.#inside.disable();
    }
  }

  #rollBack(): void {
    try {
      this.#connection?.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full.
    }
  }

  #run(sql: string, parameters?: readonly SqlValue[]): SqlChange {
    const values = sqlParameters(sql, parameters);
    return this.#write(sql, () => this.#statements.run(sql, values));
  }

  #get<Row extends SqlRow>(sql: string, parameters?: readonly SqlValue[]): Row | undefined {
    const values = sqlParameters(sql, parameters);
    return this.#execute(sql, () => this.#statements.of(sql, values).get(...values) as Row | undefined);
  }

  #control(sql: 'BEGIN IMMEDIATE' | 'COMMIT'): void {
    this.#write(sql, () => this.#statements.control(sql).run());
  }

  /** Rows may also be asked of a statement that writes. */
  #execute<T>(sql: string, act: () => T): T {
    return reads(sql) ? this.#attempt(sql, act) : this.#write(sql, act);
  }

  #write<T>(sql: string, act: () => T): T {
    try {
      this.#beforeWrite?.();
      const result = this.#attempt(sql, act);
      this.#log?.grown();
      return result;
    } catch (error) {
      if (isWriteFailure(error)) this.#writeErrors++;
      throw error;
    }
  }

  #open(): Connection {
    if (this.#connection === undefined) throw stateClosed(this.#closedBecause);
    return this.#connection;
  }

  #attempt<T>(sql: string, act: () => T): T {
    try {
      return act();
    } catch (thrown) {
      throw stateErrorOf(this.#file, sql, thrown);
    }
  }
}
