import type { RunOutcome, RunTrigger } from '../contracts/RunRecord';

/** Outcomes and triggers are kept as their places in these lists. */
export const OUTCOMES: readonly RunOutcome[] = ['succeeded', 'failed', 'timed_out', 'cancelled', 'lost', 'skipped'];
export const TRIGGERS: readonly RunTrigger[] = ['schedule', 'catch-up', 'manual'];

export const SUCCEEDED = OUTCOMES.indexOf('succeeded');
export const SCHEDULE = TRIGGERS.indexOf('schedule');

/** The two series of a task: its failures, and all others. */
export const seriesOf = (task: number): readonly [others: number, failures: number] => [2 * task, 2 * task + 1];

/** Failures are kept longer than other runs. */
export const isFailure = (outcome: RunOutcome | undefined): boolean => outcome === 'failed' || outcome === 'timed_out';

/**
 * Bits at the end of the id of a run, for its place among the runs of its millisecond. Before them is the instant at which it
 * began, or was skipped, in epoch milliseconds: the table itself is in the order of time, and so is each of its indexes.
 */
export const PLACE_BITS = 20;
export const LARGEST_PLACE = 2 ** PLACE_BITS - 1;

/** Instants fit into an id up to this one, in the year 2248, and as long before 1970. */
export const LATEST = 2 ** (63 - PLACE_BITS) - 1;

/** The id of the first run of a millisecond. Parameter: the instant. */
export const FIRST_OF = `(? << ${PLACE_BITS})`;

/** An id, computed by SQLite, since JavaScript cannot hold it. Parameters: instant, place. */
export const ID = `((? << ${PLACE_BITS}) | ?)`;

/** An expression: the name whose place in a list a column has. */
export const nameOf = (column: string, names: readonly string[]): string =>
  `CASE ${column} ${names.map((name, place) => `WHEN ${place} THEN '${name}'`).join(' ')} END`;

/**
 * A run is a row of numbers, since a row is written for every tick: texts of their own have only the exceptions, in `more`.
 * `series` is twice the id of its task, plus one for a failure. `run` is the number of the run in its session, at the end of
 * its run id. `late` is the time from its due moment to its beginning, `took` from there to its end, in milliseconds.
 */
const WORDS = `
  SELECT each.id >> ${PLACE_BITS} AS at, each.id & ${LARGEST_PLACE} AS place,
    coalesce(each.more ->> 'runId', sessions.session_id || '-' || each.run, each.run) AS run_id,
    tasks.listener, tasks.task, ${nameOf('each.cause', TRIGGERS)} AS cause,
    (each.id >> ${PLACE_BITS}) - each.late AS scheduled_at, (each.id >> ${PLACE_BITS}) + each.took AS finished_at,
    ${nameOf('each.outcome', OUTCOMES)} AS outcome, each.more ->> 'reason' AS reason, each.more ->> 'detail' AS detail,
    each.more ->> 'missedTo' AS missed_to, each.more ->> 'missedCount' AS missed_count, each.more -> 'error' AS error,
    sessions.session_id, sessions.host, sessions.pid`;

const JOINED = `
    JOIN daemonry_runs_tasks AS tasks ON tasks.id = each.series >> 1
    LEFT JOIN daemonry_runs_sessions AS sessions ON sessions.id = each.session`;

/** The runs in words, as the view of the last step has them: other words need another step. */
export const RUN_IN_WORDS = `${WORDS} FROM daemonry_runs_rows AS each ${JOINED}`;

/** The runs in words whose ids a statement has, as its column `id`. */
export const inWords = (ids: string): string =>
  `${WORDS} FROM (${ids}) AS page CROSS JOIN daemonry_runs_rows AS each ON each.id = page.id ${JOINED}`;

export const ADD_SESSION = 'INSERT INTO daemonry_runs_sessions (session_id, host, pid) VALUES (?, ?, ?)';

/** The instant of the newest run. */
export const NEWEST = `SELECT max(id) >> ${PLACE_BITS} AS at FROM daemonry_runs_rows`;

/** Notes that a session has runs that began before a run of an earlier one. Parameters: the instant of that, session. */
export const SET_AHEAD = 'UPDATE daemonry_runs_sessions SET ahead = ? WHERE id = ?';

/** Resolves with the id of a task also if it is known. Parameters: listener, task. */
export const ADD_TASK =
  'INSERT INTO daemonry_runs_tasks (listener, task) VALUES (?, ?) ' +
  'ON CONFLICT DO UPDATE SET task = excluded.task RETURNING id';

const ADD_ROWS = 'INSERT INTO daemonry_runs_rows (id, series, session, run, cause, late, took, outcome, more) VALUES';

/** Parameters: instant, place, series, session, run, cause, late, took, outcome, more. */
export const ADD_RUN = `${ADD_ROWS} (${ID}, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Rows of a statement that adds many: it takes half of the time that a statement for each takes. */
export const ADDED_AT_ONCE = 50;

/**
 * Adds runs of the schedule that have succeeded, the most frequent rows, with as few parameters as there can be.
 * Parameters of each: instant, place, series, run, late, took.
 */
export const addSuccesses = (session: number): string =>
  `${ADD_ROWS} ${new Array<string>(ADDED_AT_ONCE).fill(`(${ID}, ?, ${session}, ?, ${SCHEDULE}, ?, ?, ${SUCCEEDED}, NULL)`).join(', ')}`;

/** The first free place in a millisecond. Parameter: its instant. */
export const FREE_PLACE =
  `SELECT coalesce(max(id & ${LARGEST_PLACE}), -1) + 1 AS place FROM daemonry_runs_rows ` +
  `WHERE id BETWEEN (?1 << ${PLACE_BITS}) AND (?1 << ${PLACE_BITS}) + ${LARGEST_PLACE}`;

/**
 * The newest success of each task, and its first and newest failure since then. Without a success they are those behind the
 * oldest of as many other runs as are kept: a success before it may have been removed. The id of the failure is a text, since
 * it is larger than the integers of JavaScript. Parameters: their number, less one; the task after which it begins, by its number;
 * the number of tasks, -1 for all.
 */
export const EARLIER = `
  SELECT task_id, listener, task, good_end AS succeeded_at,
    (SELECT (id >> ${PLACE_BITS}) + coalesce(took, 0) FROM daemonry_runs_rows
      WHERE series = failures AND id > since ORDER BY id LIMIT 1) AS failing_since,
    (SELECT CAST(id AS TEXT) FROM daemonry_runs_rows WHERE series = failures AND id > since ORDER BY id DESC LIMIT 1) AS failure
  FROM (
    SELECT task_id, listener, task, failures, (good.id >> ${PLACE_BITS}) + coalesce(good.took, 0) AS good_end,
      coalesce(good.id, (SELECT id FROM daemonry_runs_rows WHERE series = others ORDER BY id DESC LIMIT 1 OFFSET ?1), -9e18)
        AS since
    FROM (
      SELECT id AS task_id, listener, task, 2 * id AS others, 2 * id + 1 AS failures,
        (SELECT id FROM daemonry_runs_rows WHERE series = 2 * tasks.id AND outcome = 0 ORDER BY id DESC LIMIT 1) AS good
      FROM daemonry_runs_tasks AS tasks WHERE id > ?2 ORDER BY id LIMIT ?3
    ) AS known LEFT JOIN daemonry_runs_rows AS good ON good.id = known.good
  )`;

/** A run in words. Parameter: its id, as a text. */
export const RUN = `${RUN_IN_WORDS} WHERE each.id = CAST(? AS INTEGER)`;

/** Rows that a write removes at the most: few enough to hold the loop for a few milliseconds. */
export const REMOVED_AT_ONCE = 300;

/** Parameter: series. */
export const COUNT = 'SELECT count(*) AS n FROM daemonry_runs_rows WHERE series = ?';

/** Removes the oldest runs of a series, but its newest success. Parameters: series, number of them with that. */
export const REMOVE_OLDEST =
  'DELETE FROM daemonry_runs_rows WHERE series = ?1 AND id <= ' +
  '(SELECT id FROM daemonry_runs_rows WHERE series = ?1 ORDER BY id LIMIT 1 OFFSET ?2 - 1) AND id <> ' +
  '(SELECT coalesce(max(id), -9e18) FROM ' +
  `(SELECT id FROM daemonry_runs_rows WHERE series = ?1 AND outcome = ${SUCCEEDED} ORDER BY id DESC LIMIT 1))`;

/** Removes runs before an instant, but the newest of each task, and its newest success. */
export const REMOVE_BEFORE =
  `DELETE FROM daemonry_runs_rows WHERE id IN (SELECT id FROM daemonry_runs_rows AS old WHERE id < ${FIRST_OF} AND EXISTS (` +
  'SELECT 1 FROM daemonry_runs_rows AS newer WHERE newer.series IN (old.series & ~1, old.series | 1) ' +
  'AND newer.id > old.id AND (old.outcome <> 0 OR newer.outcome = 0)) ' +
  `ORDER BY id LIMIT ${REMOVED_AT_ONCE})`;

/**
 * Removes the sessions before that of the oldest run. Sessions are numbered in the order in which they began, which is that of
 * their runs unless the clock was set back: then they stay until the runs are removed that were ahead of it.
 */
export const REMOVE_SESSIONS =
  'DELETE FROM daemonry_runs_sessions WHERE id < (SELECT session FROM daemonry_runs_rows ORDER BY id LIMIT 1) ' +
  'AND NOT EXISTS (SELECT 1 FROM daemonry_runs_sessions ' +
  `WHERE ahead >= (SELECT min(id) >> ${PLACE_BITS} FROM daemonry_runs_rows))`;
