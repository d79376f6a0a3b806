import type { SqlChange, SqlRow, SqlStatements, SqlValue } from '../contracts/StateDatabase';
import { stateClosed } from '../errors/stateErrors';

/** Statements that are executed, and answered, during their call. */
export interface DirectStatements {
  /** Runs a statement that writes. @throws StateError */
  readonly run: (sql: string, parameters?: readonly SqlValue[]) => SqlChange;
  /** Returns the first row, or undefined. @throws StateError */
  readonly get: <Row extends SqlRow>(sql: string, parameters?: readonly SqlValue[]) => Row | undefined;
  /** Returns all rows. @throws StateError */
  readonly all: <Row extends SqlRow>(sql: string, parameters?: readonly SqlValue[]) => readonly Row[];
}

/** The statements of one transaction, for as long as that is open. */
export class Transaction implements SqlStatements {
  readonly #statements: DirectStatements;
  #isOver = false;

  constructor(statements: DirectStatements) {
    this.#statements = statements;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  // Properties, since authors take them out of it: `transaction(async ({ run }) => …)`.

  readonly run: SqlStatements['run'] = (sql, parameters) => this.#do('run', sql, parameters) as Promise<SqlChange>;

  readonly get: SqlStatements['get'] = <Row extends SqlRow>(sql: string, parameters?: readonly SqlValue[]) =>
    this.#do('get', sql, parameters) as Promise<Row | undefined>;

  readonly all: SqlStatements['all'] = <Row extends SqlRow>(sql: string, parameters?: readonly SqlValue[]) =>
    this.#do('all', sql, parameters) as Promise<readonly Row[]>;

  // Asynchronous, so that whatever a statement throws is a rejection.

  async #do(name: keyof SqlStatements, sql: string, parameters?: readonly SqlValue[]): Promise<unknown> {
    if (this.#isOver) throw stateClosed('the transaction of this statement is over');
    return this.#statements[name](sql, parameters);
  }
}
