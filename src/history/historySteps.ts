import type { MigrationStep } from '../contracts/StateDatabase';
import { nameOf, OUTCOMES, PLACE_BITS, RUN_IN_WORDS, TRIGGERS } from './historyTables';
import type { STEP_COUNT } from './historyVersion';

const placeOf = (column: string, names: readonly string[]): string =>
  `CASE ${column} ${names.map((name, place) => `WHEN '${name}' THEN ${place}`).join(' ')} END`;

/** The number of a run at the end of its id, in the first form of the table. */
const NUMBER = 'CAST(substr(run_id, length(session_id) + 2) AS INTEGER)';

/** The view of the runs in words, until they were kept by their time. @param more - further columns */
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
 * `at` is when it began, or was skipped. The view has all of it in words.
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

/**
 * The same, in the order of time, which needs no index for it: `id` begins with `at`. The other instants are kept as their
 * distances from it.
 */
const BY_TIME = `
  DROP VIEW daemonry_runs;
  ALTER TABLE daemonry_runs_sessions ADD COLUMN ahead INTEGER;
  ALTER TABLE daemonry_runs_rows RENAME TO daemonry_runs_old;
  DROP INDEX daemonry_runs_series;
  DROP INDEX daemonry_runs_at;
  DROP INDEX daemonry_runs_outcome;
  CREATE TABLE daemonry_runs_rows (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, session INTEGER NOT NULL, run INTEGER, cause INTEGER NOT NULL,
    late INTEGER NOT NULL, took INTEGER, outcome INTEGER NOT NULL, more TEXT
  ) STRICT;
  INSERT INTO daemonry_runs_rows
    SELECT (at << ${PLACE_BITS}) + row_number() OVER (PARTITION BY at ORDER BY id) - 1, series, session, run, cause,
      at - scheduled_at, finished_at - at, outcome, more
    FROM daemonry_runs_old ORDER BY at, id;
  DROP TABLE daemonry_runs_old;
  CREATE INDEX daemonry_runs_series ON daemonry_runs_rows (series);
  CREATE INDEX daemonry_runs_outcome ON daemonry_runs_rows (outcome) WHERE outcome <> 0;
  CREATE VIEW daemonry_runs AS ${RUN_IN_WORDS};
`;

export const STEPS = [
  { sql: FIRST },
  { sql: AS_NUMBERS },
  { sql: WITH_DETAIL, writableFrom: 2 },
  { sql: BY_TIME },
] as const satisfies readonly MigrationStep[] & { readonly length: typeof STEP_COUNT };
