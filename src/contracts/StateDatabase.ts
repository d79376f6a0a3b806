/**
 * A value of the state database. A number is kept as an integer if it is one, a bigint as an integer of up to 64 bits; a
 * text must not hold the character NUL, and a half of a surrogate pair in it is kept as U+FFFD.
 */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** A row, by the names of its columns. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** The effect of a statement that writes. */
export interface SqlChange {
  /** The number of rows that were inserted, changed or removed. */
  readonly changes: number;
  /** The `rowid` of the row that was inserted last. */
  readonly lastInsertRowid: number;
}

/** Statements of SQLite, one in each call, with a `?` for each parameter. Values never stand in the text of a statement. */
export interface SqlStatements {
  /** Runs a statement that writes. @throws {@link StateError} */
  run(sql: string, parameters?: readonly SqlValue[]): Promise<SqlChange>;
  /** Returns the first row, or undefined. @throws {@link StateError} also for an integer beyond `Number.MAX_SAFE_INTEGER` */
  get<Row extends SqlRow = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Promise<Row | undefined>;
  /** Returns all rows. @throws {@link StateError} as `get` */
  all<Row extends SqlRow = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Promise<readonly Row[]>;
}

/** One step of the tables of an owner. A step that has been released is never changed: the next one changes what it made. */
export interface MigrationStep {
  /** One or more statements. */
  readonly sql: string;
  /**
   * The lowest number of steps that code has to know to write to the tables after this one, so that a deployment can be
   * rolled back. @defaultValue the number of this step: older code is refused
   */
  readonly writableFrom?: number;
}

/**
 * Tables that are brought up to date when the application opens its state database, before the first listener starts: code
 * that is too old for them, or a file that cannot be written, ends the boot instead of a run. Bind this token to them in
 * the module whose classes use them: `bind(StateTables).toConstantValue(new StateTables('notes', STEPS))`. Where nothing
 * injects the {@link StateDatabase}, nothing is opened.
 */
export class StateTables {
  constructor(
    /** The name of the tables' owner, as of `StateDatabase.migrate`. */
    readonly owner: string,
    /** All of its steps, the first one first. */
    readonly steps: readonly MigrationStep[],
  ) {}
}

/**
 * The database of one application: a file of SQLite in `state.directory`, which belongs to one process at a time. Inject it
 * into whatever keeps something across restarts. It is open from the beginning of the boot until everything is stopped.
 *
 * Statements are executed in the order of the calls. What has been acknowledged survives the end of the process, however it
 * ends; a failure of the power may take the last transactions, and never damages what was there before.
 *
 * ```ts
 * @injectable()
 * class Notes {
 *   constructor(private readonly state: StateDatabase) {}
 *
 *   async prepare(): Promise<void> {
 *     await this.state.migrate('notes', [{ sql: 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)' }]);
 *   }
 *
 *   async add(text: string): Promise<void> {
 *     await this.state.run('INSERT INTO notes (text) VALUES (?)', [text]);
 *   }
 * }
 * ```
 */
export abstract class StateDatabase implements SqlStatements {
  /** See {@link SqlStatements.run}. */
  abstract run(sql: string, parameters?: readonly SqlValue[]): Promise<SqlChange>;
  /** See {@link SqlStatements.get}. */
  abstract get<Row extends SqlRow = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Promise<Row | undefined>;
  /** See {@link SqlStatements.all}. */
  abstract all<Row extends SqlRow = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Promise<readonly Row[]>;

  /**
   * Runs `work` in a transaction: all of it is kept, or nothing if it rejects. Other statements wait for its end, so it
   * waits for nothing but its own statements; after ten seconds it is rolled back.
   *
   * @param work - uses the statements it is given, which can be taken apart. Those of the database itself would wait for the transaction to end.
   * @returns what `work` resolves with, once it is kept.
   * @throws {@link StateError}, and what `work` rejects with.
   */
  abstract transaction<T>(work: (statements: SqlStatements) => Promise<T>): Promise<T>;

  /**
   * Brings the tables of an owner up to date: runs the steps that the file has not seen, in one transaction. Repeated calls
   * do nothing.
   *
   * @param owner - whose tables they are, such as the name of a module; the names of its tables begin with it.
   * @param steps - all of them, the first one first.
   * @throws {@link StateError} if newer code has written the tables in a way that this code must not write to.
   */
  abstract migrate(owner: string, steps: readonly MigrationStep[]): Promise<void>;
}
