import { StateTables } from 'daemonry';
import { createHash } from 'node:crypto';

/** A row of the events, without what chains it to the others. */
export type AuditRow = {
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly type: string;
  readonly source: string;
  /** JSON. */
  readonly details: string;
};

/** A row as it is chained to the one before. */
export type ChainedRow = AuditRow & {
  /** The hash of the row before. */
  readonly previous: string;
  readonly hash: string;
};

/** The two ends of the chain. */
export type ChainEnds = {
  /** The sequence of the newest event that retention has removed, 0 if there is none, and its hash. */
  readonly removed: number;
  readonly removed_hash: string;
  /** The sequence of the newest event that was appended, and its hash. */
  readonly last: number;
  readonly last_hash: string;
};

/** The tables of the audit log. The chain begins with a random hash, so that the events of one database fit into no other. */
export const AUDIT_TABLES = new StateTables('audit_log', [
  {
    sql: `
      CREATE TABLE audit_log_events (
        sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, source TEXT NOT NULL,
        details TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
      CREATE INDEX audit_log_events_by_type ON audit_log_events (type, sequence);
      CREATE INDEX audit_log_events_by_time ON audit_log_events (at);
      CREATE TABLE audit_log_chain (
        only INTEGER PRIMARY KEY CHECK (only = 1), removed INTEGER NOT NULL, removed_hash TEXT NOT NULL,
        last INTEGER NOT NULL, last_hash TEXT NOT NULL) STRICT;
      INSERT INTO audit_log_chain VALUES (1, 0, lower(hex(randomblob(32))), 0, '');
      UPDATE audit_log_chain SET last_hash = removed_hash;
      CREATE TABLE audit_log_consumers (name TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
  },
]);

export const CHAIN_ENDS = 'SELECT removed, removed_hash, last, last_hash FROM audit_log_chain';

/** The hash of a row: SHA-256 in hexadecimal digits, over the hash of the row before and all columns of this one. */
export function hashOf(previous: string, { sequence, at, type, source, details }: AuditRow): string {
  const content = JSON.stringify([previous, sequence, at, type, source, details]);
  return createHash('sha256').update(content).digest('hex');
}
