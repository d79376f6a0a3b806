import type { PeriodicTaskSpec } from '../contracts/entries';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import type { MigrationStep } from '../contracts/StateDatabase';
import type { ApplicationState } from '../state/ApplicationState';
import type { Backlog, WriteBehind } from '../state/WriteBehind';
import { LAST_INSTANT } from '../time/instant';
import { nextDue, scheduleKey } from './when';

/** The next due moment of a task, as it is remembered across restarts. */
export interface RememberedMoment {
  /** The key of the schedule that it belongs to; when the schedule has changed, the moment is ignored. */
  readonly schedule: string;
  /** Epoch milliseconds. */
  readonly nextDue: number;
}

/** True for a task whose next due moment is remembered across restarts by this process: cluster scope leaves that to the engine. */
export const isRemembered = ({
  misfire,
  schedule,
  cluster,
}: Pick<PeriodicTaskSpec, 'misfire' | 'schedule' | 'cluster'>): boolean =>
  misfire === 'run-once' && schedule.kind !== 'manual' && cluster === undefined;

const OWNER = 'daemonry_due_moments';

const STEPS: readonly MigrationStep[] = [
  {
    sql:
      'CREATE TABLE daemonry_due_moments (' +
      'task TEXT PRIMARY KEY, schedule TEXT NOT NULL, next_due INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  },
];

/** Takes a list of `[task, schedule, next_due]` as JSON: one statement for all, without a transaction around it. */
const SAVE =
  'INSERT INTO daemonry_due_moments (task, schedule, next_due) ' +
  'SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true ' +
  'ON CONFLICT (task) DO UPDATE SET schedule = excluded.schedule, next_due = excluded.next_due';

/** A clock without a battery begins in 1970; no clock shows less. */
const MAKES_SENSE = `next_due BETWEEN 0 AND ${LAST_INSTANT}`;

/** Rows that take a few milliseconds at the most. */
const BATCH = 250;
const TASKS_NAMED = 10;

/**
 * Remembers the next due moment of each task with `misfire: 'run-once'`, by `<listener>.<task>`: in memory at once, and in
 * the state database at the end of the turn. Moments of tasks that are not there this time stay in the database.
 */
export class RememberedMoments implements Backlog {
  readonly what = 'due moments';
  readonly consequence = 'Nothing that was missed is made up until it can be; runs of now may then be made up again.';
  readonly #state: ApplicationState | undefined;
  readonly #log: Pick<ListenerLogger, 'warn'>;
  readonly #writes: WriteBehind | undefined;
  readonly #moments = new Map<string, RememberedMoment>();
  readonly #unwritten = new Map<string, RememberedMoment>();

  /** @param state - undefined to keep them in memory alone. */
  constructor(state: ApplicationState | undefined, log: Pick<ListenerLogger, 'warn'>) {
    this.#state = state;
    this.#log = log;
    this.#writes = state?.writeBehind(this);
  }

  get size(): number {
    return this.#unwritten.size;
  }

  async load(): Promise<void> {
    const database = this.#state?.database;
    if (database === undefined) return;
    await database.migrate(OWNER, STEPS);
    const saved = await database.all<{ task: string; schedule: string; next_due: number }>(
      `SELECT task, schedule, next_due FROM daemonry_due_moments WHERE ${MAKES_SENSE}`,
    );
    for (const { task, schedule, next_due: nextDue } of saved) this.#moments.set(task, { schedule, nextDue });
    const odd = await database.all<{ task: string }>(
      `SELECT task FROM daemonry_due_moments WHERE NOT ${MAKES_SENSE} LIMIT ${TASKS_NAMED}`,
    );
    if (odd.length === 0) return;
    this.#log.warn('Some of the remembered due moments make no sense; these tasks begin anew.', {
      tasks: odd.map(({ task }) => task),
    });
  }

  /** The moment that was read or set last. */
  get(task: string): RememberedMoment | undefined {
    return this.#moments.get(task);
  }

  /**
   * Replaces the moment of another schedule, which an operator had given the task until `since`, by the first that its own has
   * due from then on.
   */
  holdsAgain(task: string, { schedule }: PeriodicTaskSpec, since: number): void {
    const own = scheduleKey(schedule);
    const known = this.#moments.get(task);
    if (known === undefined || known.schedule === own) return;
    // As when a schedule is replaced while the process runs: an interval counts from there.
    const first = nextDue(schedule, since, schedule.kind === 'interval' ? since - 1 : since);
    this.set(task, { schedule: own, nextDue: Math.min(first, LAST_INSTANT) });
  }

  /** Sets the moment at once, and saves it soon. */
  set(task: string, moment: RememberedMoment): void {
    this.#moments.set(task, moment);
    if (this.#writes === undefined) return;
    this.#unwritten.set(task, moment);
    this.#writes.grown();
  }

  /** Saves everything now. @throws the error that prevents it */
  async flush(): Promise<void> {
    await this.#writes?.flush();
  }

  async write(): Promise<void> {
    const batch: [string, RememberedMoment][] = [];
    for (const entry of this.#unwritten) if (batch.push(entry) === BATCH) break;
    for (const [task] of batch) this.#unwritten.delete(task);
    const rows = batch.map(([task, { schedule, nextDue }]) => [task, schedule, Math.round(nextDue)]);
    try {
      await this.#state?.database.run(SAVE, [JSON.stringify(rows)]);
    } catch (error) {
      // A moment that was set meanwhile is newer.
      for (const [task, moment] of batch) if (!this.#unwritten.has(task)) this.#unwritten.set(task, moment);
      throw error;
    }
  }
}
