import type { SqlChange, SqlValue } from '../contracts/StateDatabase';
import { badParameter } from '../errors/stateErrors';
import type { Connection, Statement } from './sqlite';

/** Statements that are kept prepared. */
const MOST_STATEMENTS = 200;

const BLANK = String.raw`(?:\s|--[^\n]*(?:\n|$)|\/\*[^]*?(?:\*\/|$))`;
const BLANKS = new RegExp(`${BLANK}*`, 'y');
/** A text, a name in any of its quotes, a comment. */
const OPAQUE = String.raw`'[^']*'|"[^"]*"|\`[^\`]*\`|\[[^\]]*\]|${BLANK}`;
/** Up to the first semicolon. */
const WITHOUT_END = new RegExp(String.raw`(?:${OPAQUE}|[^;'"\`[\s/-]+|[^;])*`, 'y');
const PLACES = new RegExp(String.raw`${OPAQUE}|(\?)(\d*)|[:@$]\w+`, 'g');
const OF_TRANSACTIONS = /(?:BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\b/iy;
/** The statements between its BEGIN and its END are its own. */
const OF_TRIGGER = /CREATE\s+(?:TEMP\s+|TEMPORARY\s+)?TRIGGER\b/iy;
const READS = /(?:SELECT|VALUES|EXPLAIN|PRAGMA)\b/iy;

/** The statements of a connection. Each is prepared once, and kept for the next call. */
export class PreparedStatements {
  readonly #connection: () => Connection;
  readonly #statements = new Map<string, Prepared>();
  /** Statements that begin and end transactions, which nobody else may. */
  readonly #controls = new Map<string, Statement>();

  constructor(connection: () => Connection) {
    this.#connection = connection;
  }

  /**
   * The statement of a text.
   *
   * @param values - its parameters: the drivers take NULL for each that is missing.
   * @throws StateError STATE_PARAMETER; an Error when it is not one statement, or one that begins or ends a transaction: of several the drivers execute the first,
   * and say nothing of the others; in a transaction that nobody ends, all that is written later is lost.
   */
  of(sql: string, values: readonly SqlValue[]): Statement {
    const { statement, places } = this.#statements.get(sql) ?? this.#prepare(sql);
    if (values.length < places) throw badParameter(values.length, 'missing', sql);
    return statement;
  }

  /** Runs a statement that writes. The last row may be that of another statement, with a number larger than JavaScript's. */
  run(sql: string, values: readonly SqlValue[]): SqlChange {
    const statement = this.of(sql, values);
    statement.setReadBigInts(true);
    try {
      const { changes, lastInsertRowid } = statement.run(...values);
      return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
    } finally {
      statement.setReadBigInts(false);
    }
  }

  /** The statement that begins or ends a transaction. */
  control(sql: string): Statement {
    const known = this.#controls.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection().prepare(sql);
    statement.setReadBigInts(true);
    this.#controls.set(sql, statement);
    return statement;
  }

  /** Lets go of all, before the connection is closed. */
  clear(): void {
    this.#statements.clear();
    this.#controls.clear();
  }

  #prepare(sql: string): Prepared {
    const fault = faultOf(sql);
    if (fault !== undefined) throw new Error(fault);
    const prepared = { statement: this.#connection().prepare(sql), places: placesIn(sql) };
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

/** A statement, and the number of parameters that it has at least. */
interface Prepared {
  readonly statement: Statement;
  readonly places: number;
}

/** True for a statement that writes nothing; false also for one that cannot be told from one that does. */
export const reads = (sql: string): boolean => matches(READS, sql, endOf(BLANKS, sql, 0));

function faultOf(sql: string): string | undefined {
  const start = endOf(BLANKS, sql, 0);
  if (start === sql.length) return 'there is no statement in the text';
  if (matches(OF_TRANSACTIONS, sql, start))
    return 'it begins or ends a transaction, which only transaction(work) does: what others write is in it too';
  if (matches(OF_TRIGGER, sql, start)) return undefined;
  const end = endOf(WITHOUT_END, sql, start);
  const isOne = end === sql.length || endOf(BLANKS, sql, end + 1) === sql.length;
  return isOne ? undefined : 'the text holds more than one statement, of which only the first would be executed';
}

/** The number of places for parameters; 0 where they have numbers or names, of which one may stand twice. */
function placesIn(sql: string): number {
  let count = 0;
  for (const [token, place, digits] of sql.matchAll(PLACES)) {
    if (place !== undefined && digits === '') count++;
    else if (place !== undefined || /^[:@$]/.test(token)) return 0;
  }
  return count;
}

/** The place where what the pattern matches from `at` on has ended. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

const matches = (pattern: RegExp, text: string, at: number): boolean => {
  pattern.lastIndex = at;
  return pattern.test(text);
};
