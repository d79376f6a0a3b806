import type { SqlStatements, SqlValue, StateDatabase } from 'daemonry';

import { type AuditRow, CHAIN_ENDS, type ChainEnds, hashOf } from './chain';
import { AuditChainError } from './errors';

/** Limits of the events that are kept. */
interface Retention {
  readonly keepRows: number;
  readonly keepForMs: number;
}

/** Which rows are read. */
export interface RowRange {
  /** Only rows of a larger sequence. */
  readonly after: number;
  /** Only rows up to this sequence. */
  readonly until: number;
  /** Only rows of these types. */
  readonly types?: readonly string[] | undefined;
  /** Only rows of this instant or later: epoch milliseconds. */
  readonly since?: number | undefined;
  /** The newest first. */
  readonly isDescending?: boolean;
}

/** Rows of one statement, so that none holds the loop for long. */
const PAGE = 200;
/** Rows that one append removes at most. */
const MOST_REMOVED = 500;
/** With more types than these, every row is read. */
const MOST_TYPES = 100;

/** The tables of the audit log. */
export class AuditStore {
  constructor(
    private readonly state: StateDatabase,
    private readonly retention: Retention,
  ) {}

  /**
   * Appends a row within a transaction, and removes old ones.
   *
   * @returns its sequence.
   * @throws StateError, AuditChainError
   */
  async append(statements: SqlStatements, content: Omit<AuditRow, 'sequence'>): Promise<number> {
    const ends = await statements.get<ChainEnds & { newest: number | null }>(
      CHAIN_ENDS.replace(' FROM', ', (SELECT max(sequence) FROM audit_log_events) AS newest FROM'),
    );
    if (ends === undefined) throw new AuditChainError();
    // A row that somebody has put in behind the last one keeps its number, and the chain leaves it out.
    const sequence = Math.max(ends.last, ends.newest ?? 0) + 1;
    const { at, type, source, details } = content;
    const hash = hashOf(ends.last_hash, { sequence, at, type, source, details });
    await statements.run(
      'INSERT INTO audit_log_events (sequence, at, type, source, details, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [sequence, at, type, source, details, ends.last_hash, hash],
    );
    await statements.run('UPDATE audit_log_chain SET last = ?, last_hash = ?', [sequence, hash]);
    await this.#retain(statements, sequence, at);
    return sequence;
  }

  /** The ends of the chain. @throws StateError, AuditChainError */
  async ends(): Promise<ChainEnds> {
    const ends = await this.state.get<ChainEnds>(CHAIN_ENDS);
    if (ends === undefined) throw new AuditChainError();
    return ends;
  }

  /** The rows of a range, some at a time, in the order of their sequences. @throws StateError; the reason of the signal */
  async *rows(range: RowRange, signal?: AbortSignal): AsyncGenerator<AuditRow, void> {
    let { after, until } = range;
    for (;;) {
      signal?.throwIfAborted();
      const page = await this.#page({ ...range, after, until });
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      if (range.isDescending === true) until = last.sequence - 1;
      else after = last.sequence;
    }
  }

  /** The sequence after which the events of an instant (epoch milliseconds) and later begin. @throws StateError */
  async before(instant: number): Promise<number> {
    const found = await this.state.get<{ first: number | null }>(
      'SELECT min(sequence) AS first FROM audit_log_events WHERE at >= ?',
      [instant],
    );
    const first = found?.first ?? undefined;
    return first === undefined ? (await this.ends()).last : first - 1;
  }

  /** The place of a consumer: the sequence that was handed to it last. @throws StateError */
  async place(consumer: string): Promise<number | undefined> {
    const found = await this.state.get<{ sequence: number }>(
      'SELECT sequence FROM audit_log_consumers WHERE name = ?',
      [consumer],
    );
    return found?.sequence;
  }

  /** @throws StateError */
  async setPlace(consumer: string, sequence: number): Promise<void> {
    await this.state.run(
      'INSERT INTO audit_log_consumers (name, sequence) VALUES (?, ?) ON CONFLICT DO UPDATE SET sequence = excluded.sequence',
      [consumer, sequence],
    );
  }

  #page({ after, until, types, since, isDescending = false }: RowRange): Promise<readonly AuditRow[]> {
    const conditions = 'sequence > ? AND sequence <= ?' + (since === undefined ? '' : ' AND at >= ?');
    const select = `SELECT sequence, at, type, source, details FROM audit_log_events WHERE ${conditions}`;
    const values: readonly SqlValue[] = [after, until, ...(since === undefined ? [] : [since])];
    const order = ` ORDER BY sequence ${isDescending ? 'DESC' : 'ASC'} LIMIT ${PAGE}`;
    if (types === undefined || types.length === 0 || types.length > MOST_TYPES) {
      return this.state.all<AuditRow>(select + order, values);
    }
    // One branch a type, which SQLite merges: each reads its part of the index in order, and no more of it than it takes.
    return this.state.all<AuditRow>(
      types.map(() => `${select} AND type = ?`).join(' UNION ALL ') + order,
      types.flatMap((type) => [...values, type]),
    );
  }

  /** Removes the oldest rows, up to the first that is to be kept; the newest always is. Their hash stays as the anchor. */
  async #retain(statements: SqlStatements, newest: number, now: number): Promise<void> {
    const { keepRows, keepForMs } = this.retention;
    const oldest = await statements.get<{ sequence: number }>(
      'SELECT sequence FROM audit_log_events ORDER BY sequence LIMIT 1',
    );
    const first = oldest?.sequence ?? newest;
    const end = Math.min(first + MOST_REMOVED, newest);
    const kept = await statements.get<{ sequence: number }>(
      'SELECT sequence FROM audit_log_events WHERE sequence > ? AND sequence <= ? AND +at >= ? ORDER BY sequence LIMIT 1',
      [Math.max(first - 1, newest - keepRows), end, now - keepForMs],
    );
    const removed = (kept?.sequence ?? end) - 1;
    if (removed < first) return;
    await statements.run(
      'UPDATE audit_log_chain SET (removed, removed_hash) = ' +
        '(SELECT sequence, hash FROM audit_log_events WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1)',
      [removed],
    );
    await statements.run('DELETE FROM audit_log_events WHERE sequence <= ?', [removed]);
  }
}
