import { DaemonryError, messageOf, type SqlStatements, type StateDatabase, StateTables } from 'daemonry';

import { parseJson } from './text';

/** Description of a {@link StateDocument}. */
interface StateDocumentOptions<T> {
  /** The name of the module; `<owner>_document` is its table. */
  readonly owner: string;
  /** Checks the stored value; throws when it is not a `T`. */
  readonly parse: (value: unknown) => T;
  /** The state while nothing is stored. */
  readonly initial: () => T;
}

/** A log whose events are appended in one transaction with other statements, as the audit log's are. */
interface Together<A> {
  transaction<R>(work: (statements: SqlStatements, append: A) => Promise<R>): Promise<R>;
}

/** The table of a {@link StateDocument}, for its module to bind. @param owner - the name of that module. */
export const documentTables = (owner: string): StateTables =>
  new StateTables(owner, [
    {
      sql: `CREATE TABLE ${owner}_document (only INTEGER PRIMARY KEY CHECK (only = 1), content TEXT NOT NULL) STRICT`,
    },
  ]);

/** State of a module that is replaced as a whole: one document of JSON in the state database. */
export class StateDocument<T> {
  constructor(
    private readonly state: StateDatabase,
    private readonly options: StateDocumentOptions<T>,
  ) {}

  /** Reads the state. @throws StateDocumentError when it is no `T`; StateError */
  async read(): Promise<T> {
    return this.#read(this.state);
  }

  /**
   * Replaces the state by what `change` makes of it, and resolves with that; in the order of the calls. When it rejects,
   * nothing has changed.
   *
   * @throws StateDocumentError, StateError, and what `change` and the check of the new state throw.
   */
  async update(change: (current: T) => T): Promise<T> {
    return this.state.transaction(async (statements) => {
      const current = await this.#read(statements);
      return this.#replace(statements, current, change(current));
    });
  }

  /** Like {@link update}, together with the events that `change` appends: all of it is stored, or nothing. */
  async updateWith<A>(audit: Together<A>, change: (current: T, append: A) => Promise<T>): Promise<T> {
    return audit.transaction(async (statements, append) => {
      const current = await this.#read(statements);
      return this.#replace(statements, current, await change(current, append));
    });
  }

  async #read(statements: Pick<SqlStatements, 'get'>): Promise<T> {
    const { owner, parse, initial } = this.options;
    const row = await statements.get<{ content: string }>(`SELECT content FROM ${owner}_document`);
    if (row === undefined) return initial();
    try {
      return parse(parseJson(row.content));
    } catch (error) {
      throw new StateDocumentError(owner, error);
    }
  }

  async #replace(statements: SqlStatements, current: T, next: T): Promise<T> {
    if (next === current) return current;
    const content = JSON.stringify(next);
    const checked = this.options.parse(JSON.parse(content));
    await statements.run(`INSERT OR REPLACE INTO ${this.options.owner}_document (only, content) VALUES (1, ?)`, [
      content,
    ]);
    return checked;
  }
}

/** The state of a module was made invalid by something else than the application. It is left as it is. */
class StateDocumentError extends DaemonryError<'STATE_DOCUMENT_INVALID'> {
  constructor(
    /** The name of the module. */
    readonly owner: string,
    cause: unknown,
  ) {
    super('STATE_DOCUMENT_INVALID', {
      what: 'The stored state of a module is not valid.',
      facts: { table: `${owner}_document`, why: messageOf(cause) },
      fix: 'correct the row of that table, or remove it to begin anew; it is not overwritten.',
      cause,
    });
  }
}
