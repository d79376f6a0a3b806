import { showValue } from '../errors/Problem';
import { InvalidHistoryQueryError } from '../errors/taskErrors';
import { didYouMean } from '../errors/suggest';
import type { HistoryQuery } from '../contracts/RunHistory';
import type { RunOutcome } from '../contracts/RunRecord';
import type { SqlValue } from '../contracts/StateDatabase';
import { type Instant, instantMs } from '../time/instant';
import type { RunRow } from './historyRows';
import { SELECT } from './historyTables';

const OUTCOMES: readonly string[] = Object.keys({
  succeeded: true,
  failed: true,
  timed_out: true,
  cancelled: true,
  lost: true,
  skipped: true,
} satisfies Record<RunOutcome, true>);

const KEYS: readonly string[] = Object.keys({
  listener: true,
  task: true,
  outcome: true,
  from: true,
  to: true,
  before: true,
  limit: true,
} satisfies Record<keyof HistoryQuery, true>);

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 1_000;

/** A query as a statement. */
export interface HistoryStatement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  /** The largest number of runs of the page; the statement asks for one more. */
  readonly limit: number;
}

/**
 * Checks a query, which may come from outside, and makes a statement of it.
 *
 * @throws InvalidHistoryQueryError with everything that is wrong.
 */
export function statementOf(query: HistoryQuery): HistoryStatement {
  const faults: Record<string, string> = {};
  const conditions: string[] = [];
  const parameters: SqlValue[] = [];
  const where = (condition: string, ...values: readonly SqlValue[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  const { listener, task, outcome, before, limit = DEFAULT_LIMIT } = query;
  for (const key of Object.keys(query)) {
    if (!KEYS.includes(key)) faults[key] = `is no part of a query.${didYouMean(key, KEYS)}`;
  }
  for (const [key, name] of Object.entries({ listener, task })) {
    if (name === undefined) continue;
    if (typeof name !== 'string' || name.includes('\0')) faults[key] = `${showValue(name)} is no name`;
    else where(`${key} = ?`, name);
  }
  if (task !== undefined && listener === undefined) faults['task'] = 'needs the listener that it belongs to';
  if (outcome !== undefined) {
    if (OUTCOMES.includes(outcome)) where('outcome = ?', outcome);
    else faults['outcome'] = `${showValue(outcome)} is none of ${OUTCOMES.join(', ')}`;
    // Lets the index of those that have not succeeded be used.
    if (outcome !== 'succeeded') conditions.push("outcome <> 'succeeded'");
  }
  for (const [key, condition] of [
    ['from', 'at >= ?'],
    ['to', 'at < ?'],
  ] as const) {
    const given = query[key];
    const instant = given === undefined ? undefined : readInstant(given);
    if (instant !== undefined) where(condition, instant);
    else if (given !== undefined) faults[key] = `${showValue(given)} is no instant`;
  }
  if (before !== undefined) {
    const [, at, id] = /^(-?\d{1,16})\.(\d{1,15})$/.exec(String(before)) ?? [];
    if (at === undefined || id === undefined) faults['before'] = `${showValue(before)} is not the next of a page`;
    else where('at <= ? AND (at < ? OR id < ?)', Number(at), Number(at), Number(id));
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_LIMIT) {
    faults['limit'] = `${showValue(limit)} is no whole number from 1 to ${LARGEST_LIMIT}`;
  }
  if (Object.keys(faults).length > 0) throw new InvalidHistoryQueryError(faults);
  const filter = conditions.length === 0 ? '' : ` WHERE ${conditions.map((each) => `(${each})`).join(' AND ')}`;
  // The names of the columns of the sessions differ, but for the id.
  const sql = `${SELECT}${filter.replaceAll(/\bid\b/g, 'runs.id')} ORDER BY at DESC, runs.id DESC LIMIT ?`;
  return { sql, parameters: [...parameters, limit + 1], limit };
}

/** The place of a row, after which the next page begins. */
export const cursorOf = ({ at, id }: RunRow): string => `${at}.${id}`;

function readInstant(given: Instant): number | undefined {
  try {
    return Math.round(instantMs(given));
  } catch {
    return undefined;
  }
}
