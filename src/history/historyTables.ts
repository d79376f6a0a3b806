import type { RunOutcome, RunTrigger } from '../contracts/RunRecord';
import type { MigrationStep } from '../contracts/StateDatabase';

/** The owner of the tables below. */
export const OWNER = 'daemonry_runs';

/** Outcomes and triggers are kept as their places in these lists. */
export const OUTCOMES: readonly RunOutcome[] = ['succeeded', 'failed', 'timed_out', 'cancelled', 'lost', 'skipped'];
export const TRIGGERS: readonly RunTrigger[] = ['schedule', 'catch-up', 'manual'];

/** The two series of a task: its failures, and all others. */
export const seriesOf = (task: number): readonly [others: number, failures: number] => [2 * task, 2 * task + 1];

/** Failures are kept longer than other runs. */
export const isFailure = (outcome: RunOutcome | undefined): boolean => outcome === 'failed' || outcome === 'timed_out';

const nameOf = (column: string, names: readonly string[]): string =>
  `CASE ${column} ${names.map((name, place) => `WHEN ${place} THEN '${name}'`).join(' ')} END`;

const placeOf = (column: string, names: readonly string[]): string =>
  `CASE ${column} ${names.map((name, place) => `WHEN '${name}' THEN ${place}`).join(' ')} END`;

/** The number of a run at the end of its id, in the first form of the table. */
const NUMBER = 'CAST(substr(run_id, length(session_id) + 2) AS INTEGER)';

/** The view of the runs in words. @param more - further columns */
function viewWith(more = ''): string {
  return `CREATE VIEW daemonry_runs AS
    SELECT each.id,
      coalesce(each.more ->> 'runId', sessions.session_id || '-' || each.run, each.run) AS run_id,
      tasks.listener, tasks.task, ${nameOf('each.cause', TRIGGERS)} AS cause, each.at, each.scheduled_at,
      each.finished_at, ${nameOf('each.outcome', OUTCOMES)} AS outcome, each.more ->> 'reason' AS reason, ${more}
      each.more ->> 'missedTo' AS missed_to, each.more ->> 'missedCount' AS missed_count, each.more -> 'error' AS error,
      sessions.session_id, sessions.host, sessions.pid
    FROM daemonry_runs_rows AS each
      JOIN daemonry_runs_tasks AS tasks ON tasks.id = each.series >> 1
      LEFT JOIN daemonry_runs_sessions AS sessions ON sessions.id = each.session;`;
}

/** A run in words, one text for each. */
const FIRST = `
  CREATE TABLE daemonry_runs_sessions (
    id INTEGER PRIMARY KEY, session_id TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE daemonry_runs (
    id INTEGER PRIMARY KEY, session INTEGER NOT NULL, run_id TEXT NOT NULL, listener TEXT NOT NULL, task TEXT NOT NULL,
    cause TEXT NOT NULL, at INTEGER NOT NULL, scheduled_at INTEGER NOT NULL, finished_at INTEGER,
    outcome TEXT NOT NULL, reason TEXT, missed_to INTEGER, missed_count INTEGER, error TEXT
  ) STRICT;
`;

/**
 * A run is a row of numbers, since a row is written for every tick: texts of their own have only the exceptions, in `more`.
 * `at` is when it began, or was skipped; instants are epoch milliseconds. `series` is twice the id of its task, plus one for
 * a failure. `run` is the number of the run in its session, at the end of its id. The view has all of it in words.
 */
const AS_NUMBERS = `
  CREATE TABLE daemonry_runs_tasks (
    id INTEGER PRIMARY KEY, listener TEXT NOT NULL, task TEXT NOT NULL, UNIQUE (listener, task)
  ) STRICT;
  CREATE TABLE daemonry_runs_rows (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, session INTEGER NOT NULL, at INTEGER NOT NULL, run INTEGER,
    cause INTEGER NOT NULL, scheduled_at INTEGER NOT NULL, finished_at INTEGER, outcome INTEGER NOT NULL, more TEXT
  ) STRICT;
  INSERT INTO daemonry_runs_tasks (listener, task) SELECT DISTINCT listener, task FROM daemonry_runs;
  INSERT INTO daemonry_runs_rows
    SELECT id, 2 * task_id + (outcome IN ('failed', 'timed_out')), session, at, number, ${placeOf('cause', TRIGGERS)},
      scheduled_at, finished_at, ${placeOf('outcome', OUTCOMES)},
      CASE WHEN outcome <> 'succeeded' OR number IS NULL THEN json_patch(
        json_object('runId', iif(number IS NULL, run_id, NULL), 'reason', reason, 'missedTo', missed_to, 'missedCount', missed_count),
        iif(error IS NULL, '{}', json_object('error', json(error)))) END
    FROM (
      SELECT old.*, tasks.id AS task_id, iif(run_id = session_id || '-' || ${NUMBER}, ${NUMBER}, NULL) AS number
      FROM daemonry_runs AS old
        JOIN daemonry_runs_tasks AS tasks ON tasks.listener = old.listener AND tasks.task = old.task
        LEFT JOIN daemonry_runs_sessions AS sessions ON sessions.id = old.session
    );
  DROP TABLE daemonry_runs;
  CREATE INDEX daemonry_runs_series ON daemonry_runs_rows (series, at);
  CREATE INDEX daemonry_runs_at ON daemonry_runs_rows (at);
  CREATE INDEX daemonry_runs_outcome ON daemonry_runs_rows (outcome, at) WHERE outcome <> 0;
  ${viewWith()}
`;

/** The same with `detail`, in words whom or what a due moment was skipped for. Code that does not know it may go on writing. */
const WITH_DETAIL = `DROP VIEW daemonry_runs; ${viewWith("each.more ->> 'detail' AS detail,")}`;

export const STEPS: readonly MigrationStep[] = [
  { sql: FIRST },
  { sql: AS_NUMBERS },
  { sql: WITH_DETAIL, writableFrom: 2 },
];

export const ADD_SESSION = 'INSERT INTO daemonry_runs_sessions (session_id, host, pid) VALUES (?, ?, ?)';

/** Resolves with the id of a task also if it is known. Parameters: listener, task. */
export const ADD_TASK =
  'INSERT INTO daemonry_runs_tasks (listener, task) VALUES (?, ?) ' +
  'ON CONFLICT DO UPDATE SET task = excluded.task RETURNING id';

const COLUMNS = ['series', 'session', 'at', 'run', 'cause', 'scheduled_at', 'finished_at', 'outcome', 'more'];

const addRuns = (number: number): string =>
  `INSERT INTO daemonry_runs_rows (${COLUMNS.join(', ')}) ` +
  `VALUES ${new Array<string>(number).fill(`(${COLUMNS.map(() => '?').join(', ')})`).join(', ')}`;

/** Rows of a statement that adds many: it takes half of the time that a statement for each takes. */
export const ADDED_AT_ONCE = 50;
export const ADD_RUNS = addRuns(ADDED_AT_ONCE);
export const ADD_RUN = addRuns(1);

/**
 * The newest success of each task, and its first and newest failure since then. Without a success they are those behind the
 * oldest of as many other runs as are kept: a success before it may have been removed. Parameter: their number, less one.
 */
export const EARLIER = `
  SELECT listener, task, succeeded_at,
    (SELECT coalesce(finished_at, at) FROM daemonry_runs_rows WHERE series = failures AND at > since ORDER BY at, id LIMIT 1)
      AS failing_since,
    (SELECT id FROM daemonry_runs_rows WHERE series = failures AND at > since ORDER BY at DESC, id DESC LIMIT 1) AS failure
  FROM (
    SELECT listener, task, failures, coalesce(good.finished_at, good.at) AS succeeded_at,
      coalesce(good.at, (SELECT at FROM daemonry_runs_rows WHERE series = others ORDER BY at DESC LIMIT 1 OFFSET ?), -9e15) AS since
    FROM (
      SELECT listener, task, 2 * id AS others, 2 * id + 1 AS failures,
        (SELECT id FROM daemonry_runs_rows WHERE series = 2 * tasks.id AND outcome = 0 ORDER BY at DESC, id DESC LIMIT 1) AS good
      FROM daemonry_runs_tasks AS tasks
    ) AS known LEFT JOIN daemonry_runs_rows AS good ON good.id = known.good
  )`;

/** A run in words. Parameter: its id. */
export const RUN = 'SELECT * FROM daemonry_runs WHERE id = ?';

/** Rows that a write removes at the most: few enough to hold the loop for a few milliseconds. */
export const REMOVED_AT_ONCE = 300;

/** Parameter: series. */
export const COUNT = 'SELECT count(*) AS n FROM daemonry_runs_rows WHERE series = ?';

/** Removes the oldest runs of a series. Parameters: series, number. */
export const REMOVE_OLDEST =
  'DELETE FROM daemonry_runs_rows WHERE id IN (SELECT id FROM daemonry_runs_rows WHERE series = ? ORDER BY at, id LIMIT ?)';

/** Removes runs before an instant, but the newest of each task, and its newest success. */
export const REMOVE_BEFORE =
  'DELETE FROM daemonry_runs_rows WHERE id IN (SELECT id FROM daemonry_runs_rows AS old WHERE at < ? AND EXISTS (' +
  'SELECT 1 FROM daemonry_runs_rows AS newer WHERE newer.series IN (old.series & ~1, old.series | 1) ' +
  'AND newer.at > old.at AND (old.outcome <> 0 OR newer.outcome = 0)) ' +
  `ORDER BY at LIMIT ${REMOVED_AT_ONCE})`;

/** Removes the sessions before that of the oldest run: both are numbered in the order in which they began. */
export const REMOVE_SESSIONS =
  'DELETE FROM daemonry_runs_sessions WHERE id < (SELECT session FROM daemonry_runs_rows ORDER BY id LIMIT 1)';
