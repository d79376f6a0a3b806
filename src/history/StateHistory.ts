import type { RunEvent } from '../contracts/ApplicationEvents';
import type { Clock } from '../contracts/Clock';
import type { HistoryPage, HistoryQuery } from '../contracts/RunHistory';
import type { RunRecord } from '../contracts/RunRecord';
import type { SqlRow } from '../contracts/StateDatabase';
import type { EarlierRuns } from '../scheduling/InMemoryRunLedger';
import { RunNotice } from '../scheduling/runs';
import { UnknownListenerError, UnknownTaskError } from '../errors/taskErrors';
import type { SqliteState } from '../state/SqliteState';
import { cursorOf, type RunSelection, selectionOf, SINCE, statementOf } from './historyQuery';
import { recordOf, type RunRow, type WaitingRun, waitingRun } from './historyRows';
import { ADD_TASK, EARLIER, isFailure, RUN, seriesOf } from './historyTables';
import { Retention, type RunSeries } from './Retention';
import { SessionRows } from './SessionRows';

/** The parts that a {@link StateHistory} is made of. Durations are in milliseconds. */
export interface StateHistoryOptions {
  readonly database: SqliteState;
  readonly clock: Pick<Clock, 'now'>;
  readonly sessionId: string;
  readonly config: { readonly keep: number; readonly rowsPerTask: number };
  /** The tasks of this application by listener, for suggestions. */
  readonly tasks: () => ReadonlyMap<string, readonly string[]>;
  /** Has the runs written that wait, so that an answer has those of a moment ago. Never rejects. */
  readonly flush: () => Promise<void>;
}

/** A row of {@link EARLIER}. Instants are epoch milliseconds. */
interface EarlierRow extends SqlRow {
  readonly task_id: number;
  readonly listener: string;
  readonly task: string;
  readonly succeeded_at: number | null;
  readonly failing_since: number | null;
  /** Its id. */
  readonly failure: string | null;
}

/** Rows that take a few milliseconds at the most. */
const BATCH = 250;
const BATCH_CHARACTERS = 100_000;
/** Runs that wait while nothing can be written; older ones are dropped, and counted. */
const MOST_WAITING = 20_000;
/** Runs that are looked through for one that stands for an instant. */
const MOST_LOOKED_AT = 500;

/** The runs in the state database, and those that wait to be written to it. */
export class StateHistory {
  readonly #options: StateHistoryOptions;
  readonly #database: SqliteState;
  readonly #prefix: string;
  readonly #rows: SessionRows;
  readonly #retention: Retention;
  #waiting: WaitingRun[] = [];
  #dropped = 0;
  /** The number of the last task whose earlier runs were taken. */
  #takenUpTo = 0;

  constructor(options: StateHistoryOptions) {
    const { database, config, sessionId } = options;
    this.#options = options;
    this.#database = database;
    this.#rows = new SessionRows(database, sessionId);
    this.#retention = new Retention(config);
    this.#prefix = `${sessionId}-`;
  }

  /** The number of runs that wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** The number of runs that were given up, because there was no room for them. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Reads at once, and once for each, how tasks fared that have run: their last success, and the failures since then.
   *
   * @param most - the number of tasks; fewer are given when none are left. @defaultValue all that are left
   */
  takeEarlier(most = -1): readonly (EarlierRuns & { readonly listener: string; readonly task: string })[] {
    const { rowsPerTask } = this.#options.config;
    const rows = this.#database.allNow<EarlierRow>(EARLIER, [rowsPerTask - 1, this.#takenUpTo, most]);
    this.#takenUpTo = rows.at(-1)?.task_id ?? this.#takenUpTo;
    return rows.map(({ listener, task, succeeded_at: succeededAt, failing_since: failingSince, failure }) => {
      const [row] = failure === null ? [] : this.#database.allNow<RunRow>(RUN, [failure]);
      return {
        ...{ listener, task, succeededAt: succeededAt ?? NaN, failingSince: failingSince ?? NaN },
        failure: row && recordOf(row),
      };
    });
  }

  /** Takes a run that is decided, or a due moment that is skipped. */
  add(event: RunEvent): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#waiting.shift();
      this.#dropped++;
    }
    const [others, failures] = this.#retention.of(event.listener, event.task);
    const series = isFailure(event.outcome) ? failures : others;
    this.#waiting.push(waitingRun(series, RunNotice.runOf(event), this.#prefix));
  }

  /** Writes the next runs. Those that could not be written wait on. */
  async write(): Promise<void> {
    await this.#rows.prepare();
    const batch = this.#nextBatch();
    await this.#nameTasks(batch);
    const droppedBefore = this.#dropped;
    try {
      await this.#database.atOnce((statements) => {
        this.#rows.add(statements, batch);
        for (const { series } of batch) this.#retention.added(series);
        this.#retention.removeSome(statements, this.#options.clock.now());
      });
    } catch (error) {
      this.#retention.forget();
      throw error;
    }
    // Rows that came meanwhile are behind these, and may have pushed some of them out.
    const gone = Math.min(this.#dropped - droppedBefore, batch.length);
    this.#dropped -= gone;
    this.#waiting = this.#waiting.slice(batch.length - gone);
  }

  /** Answers a query. @throws as `RunHistory.query` */
  async query(query: HistoryQuery): Promise<HistoryPage> {
    const selection = selectionOf(query);
    const { limit } = selection;
    await this.#options.flush();
    const { listener, task } = query;
    const tasks = listener === undefined ? undefined : await this.#tasksOf(listener, task);
    // One more than are asked for: it says whether there is a next page.
    const rows = await this.#select({ ...selection, limit: limit + 1 }, tasks);
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
    if (!this.#database.isOpen) return undefined;
    await this.#options.flush();
    // A run begins at its due moment or later, most often soon.
    const soon = { conditions: [SINCE], parameters: [at], limit: MOST_LOOKED_AT, order: 'ASC' } as const;
    const tasks = (await this.#namesOf(listener)).flatMap((each) => (each.task === task ? each.id : []));
    const rows = await this.#select(soon, tasks);
    const row = rows.findLast(({ scheduled_at: from, missed_to: to }) =>
      to === null ? from === at : isDue && from <= at && at <= to,
    );
    return row === undefined ? undefined : recordOf(row);
  }

  #nextBatch(): readonly WaitingRun[] {
    let length = 0;
    for (let characters = 0; length < BATCH && characters < BATCH_CHARACTERS; length++) {
      const run = this.#waiting[length];
      if (run === undefined) break;
      characters += run.more?.length ?? 0;
    }
    return this.#waiting.slice(0, length);
  }

  /** Gives each task a number when its first run is written. */
  async #nameTasks(batch: readonly WaitingRun[]): Promise<void> {
    const unnamed = new Set<RunSeries>();
    for (const { series } of batch) if (series.id === undefined) unnamed.add(series);
    if (unnamed.size === 0) return;
    const named = await this.#database.atOnce(({ get }) =>
      [...unnamed].map(({ listener, task }) => ({
        listener,
        task,
        ...get<{ id: number }>(ADD_TASK, [listener, task]),
      })),
    );
    for (const { listener, task, id = 0 } of named) {
      for (const [index, series] of this.#retention.of(listener, task).entries()) series.id = seriesOf(id)[index];
    }
  }

  #select(selection: RunSelection, tasks: readonly number[] | undefined): Promise<readonly RunRow[]> {
    if (tasks?.length === 0) return Promise.resolve([]);
    return this.#database.all<RunRow>(...statementOf(selection, tasks));
  }

  /** The tasks of a query, by their numbers. @throws UnknownListenerError, UnknownTaskError */
  async #tasksOf(listener: string, task: string | undefined): Promise<readonly number[]> {
    const known = await this.#namesOf(listener);
    const declared = this.#options.tasks();
    if (known.length === 0 && !declared.has(listener)) {
      throw new UnknownListenerError(listener, [...declared.keys()]);
    }
    if (task === undefined) return known.map(({ id }) => id);
    const tasks = [...new Set([...(declared.get(listener) ?? []), ...known.map((each) => each.task)])];
    if (!tasks.includes(task)) throw new UnknownTaskError(listener, task, tasks);
    return known.flatMap((each) => (each.task === task ? each.id : []));
  }

  #namesOf(listener: string): Promise<readonly { readonly id: number; readonly task: string }[]> {
    return this.#database.all<{ id: number; task: string }>(
      'SELECT id, task FROM daemonry_runs_tasks WHERE listener = ?',
      [listener],
    );
  }
}
