import { hostname } from 'node:os';

import type { ApplicationEvents } from '../contracts/ApplicationEvents';
import type { Clock } from '../contracts/Clock';
import { type HistoryPage, type HistoryQuery, RunHistory } from '../contracts/RunHistory';
import type { RunRecord } from '../contracts/RunRecord';
import type { StateDatabase } from '../contracts/StateDatabase';
import { HistoryOffError, UnknownListenerError, UnknownTaskError } from '../errors/taskErrors';
import type { ApplicationState } from '../state/ApplicationState';
import type { Backlog, WriteBehind } from '../state/WriteBehind';
import { cursorOf, statementOf } from './historyQuery';
import { recordOf, rowOf, type RunRow, type WaitingRun } from './historyRows';
import { ADD_RUNS, ADD_SESSION, OWNER, SELECT, STEPS } from './historyTables';
import { Retention } from './Retention';

/** The parts that a {@link StateHistory} is made of. Durations are in milliseconds. */
export interface StateHistoryOptions {
  readonly state: ApplicationState;
  readonly clock: Pick<Clock, 'now'>;
  readonly sessionId: string;
  readonly events: Pick<ApplicationEvents, 'on'>;
  readonly config: { readonly keep: number; readonly rowsPerTask: number; readonly flush: number };
  /** The tasks of this application by listener, for suggestions. */
  readonly tasks: ReadonlyMap<string, readonly string[]>;
}

/** Rows that take a few milliseconds at the most. */
const BATCH = 250;
const BATCH_CHARACTERS = 100_000;
/** Runs that wait while nothing can be written; older ones are dropped, and counted. */
const MOST_WAITING = 20_000;
/** Runs that are looked through for one that stands for an instant. */
const MOST_LOOKED_AT = 500;

/** Keeps every run that is decided, and every due moment that is skipped, in the state database. */
export class StateHistory extends RunHistory implements Backlog {
  readonly what = 'runs of the history';
  readonly consequence = 'The application goes on without.';
  readonly #options: StateHistoryOptions;
  readonly #database: StateDatabase;
  readonly #writes: WriteBehind;
  readonly #retention: Retention;
  #waiting: WaitingRun[] = [];
  #dropped = 0;
  #session: number | undefined;

  constructor(options: StateHistoryOptions) {
    super();
    const { state, config, events, clock } = options;
    this.#options = options;
    this.#database = state.database;
    this.#writes = state.writeBehind(this, config.flush);
    this.#retention = new Retention(state.database, config);
    events.on('run.finished', ({ record }) => this.#add(record, Date.parse(record.startedAt ?? record.scheduledAt)));
    events.on('run.skipped', ({ record }) => this.#add(record, clock.now()));
  }

  get size(): number {
    return this.#waiting.length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  load(): Promise<void> {
    return this.#database.migrate(OWNER, STEPS);
  }

  async write(): Promise<void> {
    this.#session ??= await this.#addSession(this.#options.sessionId);
    const rows: string[] = [];
    for (let characters = 0; rows.length < BATCH && characters < BATCH_CHARACTERS;) {
      const run = this.#waiting[rows.length];
      if (run === undefined) break;
      const row = JSON.stringify(rowOf(run, this.#session));
      characters += row.length;
      rows.push(row);
    }
    // Rows that come meanwhile are behind these.
    const batch = this.#waiting.slice(0, rows.length);
    await this.#database.run(ADD_RUNS, [`[${rows.join()}]`]);
    this.#waiting = this.#waiting.slice(rows.length);
    for (const { record } of batch) this.#retention.added(record);
    await this.#retention.removeSome(this.#options.clock.now());
  }

  async query(query: HistoryQuery = {}): Promise<HistoryPage> {
    const { sql, parameters, limit } = statementOf(query);
    await this.#writeWhatWaits();
    const rows = await this.#database.all<RunRow>(sql, parameters);
    const { listener, task } = query;
    if (rows.length === 0 && listener !== undefined) await this.#checkNames(listener, task);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const runs = page.map(recordOf);
    return rows.length > limit && last !== undefined ? { runs, next: cursorOf(last) } : { runs };
  }

  /**
   * The newest record that stands for an instant of a task, of whatever process; undefined while the database is not open.
   *
   * @param isDue - true if the instant is a due moment of the task: it may be one of several missed ones.
   */
  async recordOf(listener: string, task: string, at: number, isDue: boolean): Promise<RunRecord | undefined> {
    if (!this.#options.state.database.isOpen) return undefined;
    await this.#writeWhatWaits();
    // A run begins at its due moment or later, most often soon.
    const rows = await this.#database.all<RunRow>(
      `${SELECT} WHERE listener = ? AND task = ? AND at >= ? ORDER BY at LIMIT ${MOST_LOOKED_AT}`,
      [listener, task, at],
    );
    const row = rows.findLast(({ scheduled_at: from, missed_to: to }) =>
      to === null ? from === at : isDue && from <= at && at <= to,
    );
    return row === undefined ? undefined : recordOf(row);
  }

  #add(record: RunRecord, at: number): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#waiting.shift();
      this.#dropped++;
    }
    this.#waiting.push({ record, at });
    this.#writes.grown();
  }

  async #addSession(sessionId: string): Promise<number> {
    const { lastInsertRowid } = await this.#database.run(ADD_SESSION, [sessionId, hostname(), process.pid]);
    return lastInsertRowid;
  }

  /** So that an answer has the runs of a moment ago. If they cannot be written, it goes without them. */
  #writeWhatWaits(): Promise<void> {
    return this.#writes.complaint === undefined ? this.#writes.flush().catch(() => undefined) : Promise.resolve();
  }

  async #checkNames(listener: string, task: string | undefined): Promise<void> {
    const rows = await this.#database.all<{ listener: string; task: string }>(
      'SELECT DISTINCT listener, task FROM daemonry_runs WHERE listener = ?',
      [listener],
    );
    const tasks = [...new Set([...(this.#options.tasks.get(listener) ?? []), ...rows.map((row) => row.task)])];
    if (rows.length === 0 && !this.#options.tasks.has(listener)) {
      throw new UnknownListenerError(listener, [...this.#options.tasks.keys()]);
    }
    if (task !== undefined && !tasks.includes(task)) throw new UnknownTaskError(listener, task, tasks);
  }
}

/** The history of an application that keeps none. */
export class NoHistory extends RunHistory {
  query(): Promise<HistoryPage> {
    return Promise.reject(new HistoryOffError());
  }
}
