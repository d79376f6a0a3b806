import type { MigrationStep, SqlRow } from '../contracts/StateDatabase';

/** The owner of the tables below. */
export const OWNER = 'daemonry_runs';

/** `at` is when a run began, or was skipped. Instants are epoch milliseconds. */
export const STEPS: readonly MigrationStep[] = [
  {
    sql: `
      CREATE TABLE daemonry_runs_sessions (
        id INTEGER PRIMARY KEY, session_id TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE daemonry_runs (
        id INTEGER PRIMARY KEY, session INTEGER NOT NULL, run_id TEXT NOT NULL, listener TEXT NOT NULL, task TEXT NOT NULL,
        cause TEXT NOT NULL, at INTEGER NOT NULL, scheduled_at INTEGER NOT NULL, finished_at INTEGER,
        outcome TEXT NOT NULL, reason TEXT, missed_to INTEGER, missed_count INTEGER, error TEXT
      ) STRICT;
      CREATE INDEX daemonry_runs_of_listener ON daemonry_runs (listener, at, task, outcome);
      CREATE INDEX daemonry_runs_at ON daemonry_runs (at);
      CREATE INDEX daemonry_runs_outcome ON daemonry_runs (outcome, at) WHERE outcome <> 'succeeded';
    `,
  },
];

export const ADD_SESSION = 'INSERT INTO daemonry_runs_sessions (session_id, host, pid) VALUES (?, ?, ?)';

const COLUMNS = [
  'session',
  'run_id',
  'listener',
  'task',
  'cause',
  'at',
  'scheduled_at',
  'finished_at',
  'outcome',
  'reason',
  'missed_to',
  'missed_count',
  'error',
];

/** Takes a list of lists as JSON: one statement for all, without a transaction around it. */
export const ADD_RUNS =
  `INSERT INTO daemonry_runs (${COLUMNS.join(', ')}) ` +
  `SELECT ${COLUMNS.map((_, index) => `value ->> ${index}`).join(', ')} FROM json_each(?)`;

export const SELECT =
  'SELECT runs.*, sessions.session_id, sessions.host, sessions.pid ' +
  'FROM daemonry_runs AS runs LEFT JOIN daemonry_runs_sessions AS sessions ON sessions.id = runs.session';

/** Rows that one statement removes: few enough to hold the loop for a few milliseconds. */
export const REMOVED_AT_ONCE = 300;

const FAILURES = "('failed', 'timed_out')";

const ofTask = (which: 'failures' | 'others'): string =>
  `FROM daemonry_runs WHERE listener = ? AND task = ? AND outcome ${which === 'failures' ? '' : 'NOT '}IN ${FAILURES}`;

/** The place of a run among those of its task. */
export interface LastRun extends SqlRow {
  readonly at: number;
  readonly id: number;
}

/** The newest run of a task beyond a number of them. Parameters: listener, task, number. */
export const lastBeyond = (which: 'failures' | 'others'): string =>
  `SELECT at, id ${ofTask(which)} ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?`;

/** Removes the oldest runs of a task, up to one of them. Parameters: listener, task, twice its `at`, its `id`. */
export const removeUpTo = (which: 'failures' | 'others'): string =>
  `DELETE FROM daemonry_runs WHERE id IN (SELECT id ${ofTask(which)} AND at <= ? AND (at < ? OR id <= ?) ` +
  `ORDER BY at LIMIT ${REMOVED_AT_ONCE})`;

/** Removes runs before an instant, but the newest of each task, and its newest success. */
export const REMOVE_BEFORE =
  'DELETE FROM daemonry_runs WHERE id IN (SELECT id FROM daemonry_runs AS old WHERE at < ? AND EXISTS (' +
  'SELECT 1 FROM daemonry_runs AS newer WHERE newer.listener = old.listener AND newer.at > old.at ' +
  "AND newer.task = old.task AND (old.outcome <> 'succeeded' OR newer.outcome = 'succeeded')) " +
  `ORDER BY at LIMIT ${REMOVED_AT_ONCE})`;

/** Removes the sessions before that of the oldest run: both are numbered in the order in which they began. */
export const REMOVE_SESSIONS =
  'DELETE FROM daemonry_runs_sessions WHERE id < (SELECT session FROM daemonry_runs ORDER BY id LIMIT 1)';
