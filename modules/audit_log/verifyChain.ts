import type { SqlStatements } from 'daemonry';

import { CHAIN_ENDS, type ChainedRow, type ChainEnds, hashOf } from './chain';

/** A row of the log that its application has appended and that is no longer as it was, or that it has not appended. */
interface ChainBreak {
  readonly sequence: number;
  readonly was: 'changed' | 'removed' | 'inserted';
  /** When it happened, as ISO text, and its type, as the row says; absent if there is no row. */
  readonly at?: string;
  readonly type?: string;
}

/** The condition of the chain. */
export interface ChainCondition {
  /** Number of events. */
  readonly events: number;
  /** Number of events that retention has removed. */
  readonly removed: number;
  /** The newest event that was appended: its sequence, and the hash by which all before it are proved. */
  readonly head: { readonly sequence: number; readonly hash: string };
  /** The first break; absent if the chain holds. */
  readonly broken?: ChainBreak;
}

const PAGE = 1_000;
const LAST_INSTANT = 8_640_000_000_000_000;

type Reading = Pick<SqlStatements, 'get' | 'all'>;

/**
 * Reads the whole chain, and finds the first row that was changed, removed or inserted by something else than the
 * application. Returns undefined if the file holds no audit log.
 *
 * @param expected - an event that must be there with this hash: a head that was noted elsewhere.
 * @throws StateError
 */
export async function verifyChain(
  statements: Reading,
  expected?: { readonly sequence: number; readonly hash: string },
): Promise<ChainCondition | undefined> {
  const table = await statements.get("SELECT 1 FROM sqlite_schema WHERE name = 'audit_log_events'");
  const ends = table && (await endsOf(statements));
  if (ends === undefined) return undefined;
  const events = (await statements.get<{ n: number }>('SELECT count(*) AS n FROM audit_log_events'))?.n ?? 0;
  const head = { sequence: ends.last, hash: ends.last_hash };
  const broken = (await firstBreak(statements, ends)) ?? (await breakOf(statements, ends, expected));
  return { events, removed: ends.removed, head, ...(broken && { broken }) };
}

async function endsOf(statements: Reading): Promise<ChainEnds | undefined> {
  const table = await statements.get("SELECT 1 FROM sqlite_schema WHERE name = 'audit_log_chain'");
  return table && statements.get<ChainEnds>(CHAIN_ENDS);
}

async function firstBreak(statements: Reading, ends: ChainEnds): Promise<ChainBreak | undefined> {
  const early = await statements.get<ChainedRow>(
    'SELECT * FROM audit_log_events WHERE sequence <= ? ORDER BY sequence LIMIT 1',
    [ends.removed],
  );
  if (early !== undefined) return found(early, 'inserted');
  let before: ChainedRow | undefined;
  let [sequence, hash, earlier] = [ends.removed, ends.removed_hash, ''];
  for (;;) {
    const page = await statements.all<ChainedRow>(
      'SELECT * FROM audit_log_events WHERE sequence > ? ORDER BY sequence LIMIT ?',
      [sequence, PAGE],
    );
    for (const row of page) {
      if (row.sequence > sequence + 1) return { sequence: sequence + 1, was: 'removed' };
      if (row.hash !== hashOf(row.previous, row)) return found(row, 'changed');
      if (row.previous !== hash) {
        if (before === undefined) return found(row, 'changed');
        // The row itself is whole, and proves what stood before it.
        return found(before, row.previous === earlier ? 'inserted' : 'changed');
      }
      [before, sequence, earlier, hash] = [row, row.sequence, hash, row.hash];
      if (sequence > ends.last) return found(row, 'inserted');
    }
    if (page.length < PAGE) break;
  }
  if (sequence < ends.last) return { sequence: sequence + 1, was: 'removed' };
  return hash === ends.last_hash || before === undefined ? undefined : found(before, 'changed');
}

/** The break of an event whose hash is known from elsewhere: somebody has made a chain anew. */
async function breakOf(
  statements: Reading,
  ends: ChainEnds,
  expected: { readonly sequence: number; readonly hash: string } | undefined,
): Promise<ChainBreak | undefined> {
  if (expected === undefined || expected.sequence < ends.removed) return undefined;
  const { sequence, hash } = expected;
  if (sequence === ends.removed) return hash === ends.removed_hash ? undefined : { sequence, was: 'changed' };
  const row = await statements.get<ChainedRow>('SELECT * FROM audit_log_events WHERE sequence = ?', [sequence]);
  if (row === undefined) return { sequence, was: 'removed' };
  return row.hash === hash ? undefined : found(row, 'changed');
}

const found = ({ sequence, at, type }: ChainedRow, was: ChainBreak['was']): ChainBreak => ({
  sequence,
  was,
  // What was changed may be no instant.
  ...(Math.abs(at) <= LAST_INSTANT && { at: new Date(at).toISOString() }),
  type,
});
