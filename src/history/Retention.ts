import type { DirectStatements } from '../state/Transaction';
import { COUNT, REMOVE_BEFORE, REMOVE_OLDEST, REMOVE_SESSIONS, REMOVED_AT_ONCE } from './historyTables';

/** Failures are kept for as long as `keep`, up to this many times `rowsPerTask` of each task. */
const FAILURES_PER_ROW = 10;
const AGE_CHECK_MS = 3_600_000;
/** Runs that are counted with one write: it takes a millisecond at the most. */
const COUNTED_AT_ONCE = 10_000;

/** The failures of a task, or all of its other runs. */
export interface RunSeries {
  readonly listener: string;
  readonly task: string;
  readonly isFailures: boolean;
  /** The number in the table; undefined until the first run is written. */
  id: number | undefined;
  /** The number of runs in the table; undefined until they are counted. */
  count: number | undefined;
}

type TaskSeries = readonly [others: RunSeries, failures: RunSeries];

/**
 * Removes runs of the history, a few with each write: of each task those beyond `rowsPerTask`, failures not counted, and
 * once an hour those older than `keep`. The newest run of a task and its newest success stay.
 */
export class Retention {
  readonly #keep: number;
  readonly #rowsPerTask: number;
  readonly #series = new Map<string, Map<string, TaskSeries>>();
  /** The series that are to be counted, or that have more runs than are to be kept. */
  readonly #due = new Set<RunSeries>();
  #ageCheckAt = -Infinity;

  constructor({ keep, rowsPerTask }: { readonly keep: number; readonly rowsPerTask: number }) {
    this.#keep = keep;
    this.#rowsPerTask = rowsPerTask;
  }

  /** The two series of a task. */
  of(listener: string, task: string): TaskSeries {
    let tasks = this.#series.get(listener);
    if (tasks === undefined) this.#series.set(listener, (tasks = new Map<string, TaskSeries>()));
    let both = tasks.get(task);
    if (both === undefined) {
      const common = { listener, task, id: undefined, count: undefined };
      tasks.set(
        task,
        (both = [
          { ...common, isFailures: false },
          { ...common, isFailures: true },
        ]),
      );
    }
    return both;
  }

  /** Takes notice of runs that are being added. */
  added(series: RunSeries): void {
    // A process before may have left more than there should be.
    if (series.count === undefined) this.#due.add(series);
    // A tenth more, so that a removal is worth its statement.
    else if (++series.count > this.#mostOf(series) * 1.1) this.#due.add(series);
  }

  /** Removes some of what is not to be kept at `now`, in the transaction that adds. */
  removeSome(statements: DirectStatements, now: number): void {
    if (now >= this.#ageCheckAt) {
      const { changes } = statements.run(REMOVE_BEFORE, [Math.round(now - this.#keep)]);
      if (changes > 0) this.forget();
      if (changes === REMOVED_AT_ONCE) return;
      this.#ageCheckAt = now + AGE_CHECK_MS;
      statements.run(REMOVE_SESSIONS);
    }
    let room = REMOVED_AT_ONCE;
    let counted = 0;
    for (const series of this.#due) {
      const { id = null } = series;
      if (series.count === undefined) {
        if (counted > COUNTED_AT_ONCE) return;
        series.count = statements.get<{ n: number }>(COUNT, [id])?.n ?? 0;
        counted += series.count;
      }
      const excess = Math.max(series.count - this.#mostOf(series), 0);
      const removed = Math.min(excess, room);
      // Without the newest success, which may be one of them.
      if (removed > 0) series.count -= statements.run(REMOVE_OLDEST, [id, removed]).changes;
      room -= removed;
      if (removed < excess) return;
      this.#due.delete(series);
    }
  }

  /** The numbers of runs are not known any more. */
  forget(): void {
    for (const tasks of this.#series.values()) {
      for (const series of [...tasks.values()].flat()) series.count = undefined;
    }
    this.#due.clear();
  }

  #mostOf({ isFailures }: RunSeries): number {
    return this.#rowsPerTask * (isFailures ? FAILURES_PER_ROW : 1);
  }
}
