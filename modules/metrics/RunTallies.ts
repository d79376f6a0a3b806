import type { RunEvent, RunOutcome } from 'daemonry';

/** The upper bounds of the buckets of durations and latenesses, in seconds. */
export const BUCKETS: readonly number[] = [0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120, 600];

/** The trace of a run that is kept as an example of its bucket. */
export interface TraceExample {
  readonly traceId: string;
  /** The observed value, in seconds. */
  readonly value: number;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** Observations of one kind. Counts are plain numbers: a run adds to them, and a scrape reads them. */
export class Distribution {
  /** Number of observations by bucket, each counted in one; the last is beyond all bounds. */
  readonly counts = new Array<number>(BUCKETS.length + 1).fill(0);
  /** The last example of each bucket. */
  readonly examples: (TraceExample | undefined)[] = [];
  sum = 0;
  count = 0;

  /** Adds an observation in seconds, and returns the number of its bucket. */
  observe(value: number): number {
    let bucket = 0;
    while (bucket < BUCKETS.length && value > (BUCKETS[bucket] as number)) bucket += 1;
    (this.counts[bucket] as number) += 1;
    this.sum += value;
    this.count += 1;
    return bucket;
  }
}

/** The numbers of one task. */
export class TaskTally {
  /** Number of runs by outcome. */
  readonly runs = new Map<RunOutcome, number>([
    ['succeeded', 0],
    ['failed', 0],
    ['timed_out', 0],
    ['cancelled', 0],
  ]);
  /** Number of records without a run, by reason. */
  readonly skipped = new Map<string, number>();
  readonly durations = new Map<RunOutcome, Distribution>();
  readonly lateness = new Distribution();
  missed = 0;
  /** When the last success was over, in seconds since the epoch; undefined before the first one. */
  lastSuccess: number | undefined;

  constructor(
    readonly listener: string,
    readonly task: string,
  ) {}
}

/** Returns the id of the trace of a run, if it is recorded. */
export type TraceOf = (run: RunEvent) => string | undefined;

/** The numbers of all tasks of one application, from its events. */
export class RunTallies {
  readonly #tasks = new Map<string, Map<string, TaskTally>>();
  /** Number of restarts by listener. */
  readonly restarts = new Map<string, number>();
  /** Seconds for which the event loop stood still, by the listener that held it; an empty name for nobody known. */
  readonly blockedSeconds = new Map<string, number>();
  readonly #now: () => number;
  readonly #traceOf: TraceOf | undefined;

  /** @param now - the time in epoch milliseconds. */
  constructor(now: () => number, traceOf?: TraceOf) {
    this.#now = now;
    this.#traceOf = traceOf;
  }

  /** The tally of a task, which begins with zeros. */
  of(listener: string, task: string): TaskTally {
    let tasks = this.#tasks.get(listener);
    if (tasks === undefined) this.#tasks.set(listener, (tasks = new Map<string, TaskTally>()));
    let tally = tasks.get(task);
    if (tally === undefined) tasks.set(task, (tally = new TaskTally(listener, task)));
    return tally;
  }

  *all(): Iterable<TaskTally> {
    for (const tasks of this.#tasks.values()) yield* tasks.values();
  }

  readonly finished = (run: RunEvent): void => {
    const { outcome, durationMs, lateMs } = run;
    if (outcome === undefined || durationMs === undefined || lateMs === undefined) return;
    const tally = this.of(run.listener, run.task);
    tally.runs.set(outcome, (tally.runs.get(outcome) ?? 0) + 1);
    tally.lateness.observe(Math.max(0, lateMs) / 1000);
    let durations = tally.durations.get(outcome);
    if (durations === undefined) tally.durations.set(outcome, (durations = new Distribution()));
    // A clock that was set back makes it negative, and a sum that falls looks like a restart.
    const seconds = Math.max(0, durationMs) / 1000;
    const bucket = durations.observe(seconds);
    if (outcome === 'succeeded') tally.lastSuccess = this.#now() / 1000;
    const traceId = this.#traceOf?.(run);
    if (traceId !== undefined) durations.examples[bucket] = { traceId, value: seconds, at: this.#now() / 1000 };
  };

  readonly skipped = (run: RunEvent): void => {
    const tally = this.of(run.listener, run.task);
    const reason = run.reason ?? 'unknown';
    tally.skipped.set(reason, (tally.skipped.get(reason) ?? 0) + 1);
    if (reason === 'missed' || reason === 'unreachable') tally.missed += Math.max(1, run.missed);
  };
  readonly restarting = ({ listener }: { readonly listener: string }): void => {
    this.restarts.set(listener, (this.restarts.get(listener) ?? 0) + 1);
  };

  readonly blocked = ({
    listener = '',
    blockedMs,
  }: {
    readonly listener?: string;
    readonly blockedMs: number;
  }): void => {
    this.blockedSeconds.set(listener, (this.blockedSeconds.get(listener) ?? 0) + blockedMs / 1000);
  };
}
