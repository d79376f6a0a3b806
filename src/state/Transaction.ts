import type { SqlChange, SqlRow, SqlStatements, SqlValue } from '../contracts/StateDatabase';
import { stateClosed } from '../errors/stateErrors';

type Synchronous = {
  readonly [Name in keyof SqlStatements]: (sql: string, parameters?: readonly SqlValue[]) => unknown;
};

/** The statements of one transaction, for as long as that is open. */
export class Transaction implements SqlStatements {
  readonly #statements: Synchronous;
  #isOver = false;

  constructor(statements: Synchronous) {
    this.#statements = statements;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  run(sql: string, parameters?: readonly SqlValue[]): Promise<SqlChange> {
    return this.#do('run', sql, parameters) as Promise<SqlChange>;
  }

  get<Row extends SqlRow = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Promise<Row | undefined> {
    return this.#do('get', sql, parameters) as Promise<Row | undefined>;
  }

  all<Row extends SqlRow = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#do('all', sql, parameters) as Promise<readonly Row[]>;
  }

  // Asynchronous, so that whatever a statement throws is a rejection.

  async #do(name: keyof SqlStatements, sql: string, parameters?: readonly SqlValue[]): Promise<unknown> {
    if (this.#isOver) throw stateClosed('the transaction of this statement is over');
    return this.#statements[name](sql, parameters);
  }
}
