import { showValue } from '../errors/Problem';
import { InvalidHistoryQueryError } from '../errors/taskErrors';
import { didYouMean } from '../errors/suggest';
import type { HistoryQuery } from '../contracts/RunHistory';
import type { RunOutcome } from '../contracts/RunRecord';
import type { SqlValue } from '../contracts/StateDatabase';
import { readInstant } from '../time/instant';
import type { RunRow } from './historyRows';
import { FIRST_OF, ID, inWords, isFailure, LARGEST_PLACE, LATEST, OUTCOMES, seriesOf } from './historyTables';

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
/** Series that are read side by side, each in order; SQLite takes 500 at the most. */
const MOST_SIDE_BY_SIDE = 200;

/** A condition: the runs from an instant on, which is its parameter. */
export const SINCE = `id >= ${FIRST_OF}`;

/** Which runs are read, in what order, and how many at the most. */
export interface RunSelection {
  readonly outcome?: RunOutcome | undefined;
  /** Conditions for the columns of the table, beside those. */
  readonly conditions: readonly string[];
  readonly parameters: readonly SqlValue[];
  readonly limit: number;
  readonly order: 'ASC' | 'DESC';
}

/**
 * Checks a query, which may come from outside, and says which runs of its tasks it selects.
 *
 * @throws InvalidHistoryQueryError with everything that is wrong.
 */
export function selectionOf(query: HistoryQuery): RunSelection {
  if (typeof (query as unknown) !== 'object' || (query as unknown) === null)
    throw new InvalidHistoryQueryError({ query: `${showValue(query)} is none` });
  const faults: Record<string, string> = {};
  const conditions: string[] = [];
  const parameters: SqlValue[] = [];
  const { listener, task, outcome, before, limit = DEFAULT_LIMIT } = query;
  for (const key of Object.keys(query)) {
    if (!KEYS.includes(key)) faults[key] = `is no part of a query.${didYouMean(key, KEYS)}`;
  }
  for (const [key, name] of Object.entries({ listener, task })) {
    if (name !== undefined && (typeof name !== 'string' || name.includes('\0'))) {
      faults[key] = `${showValue(name)} is no name`;
    }
  }
  if (task !== undefined && listener === undefined) faults['task'] = 'needs the listener that it belongs to';
  if (outcome !== undefined && !OUTCOMES.includes(outcome)) {
    faults['outcome'] = `${showValue(outcome)} is none of ${OUTCOMES.join(', ')}`;
  }
  for (const [key, condition] of [
    ['from', SINCE],
    ['to', `id < ${FIRST_OF}`],
  ] as const) {
    const given = query[key];
    const instant = given === undefined ? undefined : readInstant(given);
    if (instant !== undefined) {
      conditions.push(condition);
      parameters.push(Math.min(Math.max(Math.round(instant), -LATEST), LATEST));
    } else if (given !== undefined) faults[key] = `${showValue(given)} is no instant`;
  }
  if (before !== undefined) {
    const [, at, place] = /^(-?\d{1,16})\.(\d{1,15})$/.exec(String(before)) ?? [];
    if (at === undefined || Math.abs(Number(at)) > LATEST || Number(place) > LARGEST_PLACE)
      faults['before'] = `${showValue(before)} is not the next of a page`;
    else {
      conditions.push(`id < ${ID}`);
      parameters.push(Number(at), Number(place));
    }
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_LIMIT) {
    faults['limit'] = `${showValue(limit)} is no whole number from 1 to ${LARGEST_LIMIT}`;
  }
  if (Object.keys(faults).length > 0) throw new InvalidHistoryQueryError(faults);
  return { outcome, conditions, parameters, limit, order: 'DESC' };
}

/**
 * The statement of a selection, and its parameters.
 *
 * @param tasks - their ids; undefined for all.
 */
export function statementOf(
  { outcome, conditions, parameters, limit, order }: RunSelection,
  tasks: readonly number[] | undefined,
): readonly [sql: string, parameters: readonly SqlValue[]] {
  const filters = [...conditions];
  if (outcome !== undefined) {
    // In the text, so that SQLite knows that the index of those that have not succeeded has them. It has those of all tasks:
    // the plus keeps it from a query of some of them.
    filters.push(`${tasks === undefined ? '' : '+'}outcome = ${OUTCOMES.indexOf(outcome)}`);
    if (tasks === undefined && outcome !== 'succeeded') filters.push('outcome <> 0');
  }
  const series = tasks?.flatMap((task) => {
    const [others, failures] = seriesOf(task);
    return outcome === undefined ? [others, failures] : [isFailure(outcome) ? failures : others];
  });
  const parts = partsOf(series);
  const ids = parts.map(([condition]) => {
    const all = condition === undefined ? filters : [condition, ...filters];
    return `SELECT id FROM daemonry_runs_rows${all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`}`;
  });
  return [
    `${inWords(`${ids.join(' UNION ALL ')} ORDER BY id ${order} LIMIT ?`)} ORDER BY each.id ${order}`,
    [...parts.flatMap(([, values]) => [...values, ...parameters]), limit],
  ];
}

/** The place of a row, after which the next page begins. */
export const cursorOf = ({ at, place }: RunRow): string => `${at}.${place}`;

/** A condition and its parameters for each part of a statement: together they have all of the series. */
function partsOf(series: readonly number[] | undefined): readonly (readonly [string | undefined, readonly number[]])[] {
  if (series === undefined) return [[undefined, []]];
  if (series.length > MOST_SIDE_BY_SIDE) return [[`series IN (${series.join(', ')})`, []]];
  return series.map((each) => ['series = ?', [each]]);
}
