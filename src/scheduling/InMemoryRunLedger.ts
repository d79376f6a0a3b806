import type { CallInFlight } from '../contracts/ApplicationEvents';
import type { Draft } from '../contracts/frozen';
import { RunLedger, type RunQuery } from '../contracts/RunLedger';
import type { RunCounters, RunRecord, RunOutcome, SkipReason } from '../contracts/RunRecord';
import { UnknownListenerError, UnknownTaskError } from '../errors/taskErrors';
import type { FreshnessMark } from './FreshnessMark';
import { SucceededRun, type RememberedRun, type RunTask, type Span } from './runs';

/** Options of an {@link InMemoryRunLedger}. */
export interface InMemoryRunLedgerOptions {
  /** The number of runs kept for each task. @defaultValue 100 */
  readonly runsPerTask?: number;
}

/** The number of numbers that are kept of a run: its own, its due moment, its start and its end. */
const NUMBERS = 4;
const NONE: readonly RememberedRun[] = [];

/** The runs of a task in earlier processes, as far as its state tells. Instants are epoch milliseconds; NaN for none. */
export interface EarlierRuns {
  /** When the last success ended. */
  readonly succeededAt: number;
  /** When the first failure since then ended. */
  readonly failingSince: number;
  /** The newest failure since then. */
  readonly failure?: RunRecord | undefined;
}

/** Keeps runs in memory, for as long as the process lives. */
export class InMemoryRunLedger extends RunLedger {
  readonly #runsPerTask: number;
  readonly #listeners = new Map<string, readonly TaskHistory[]>();

  constructor({ runsPerTask = 100 }: InMemoryRunLedgerOptions = {}) {
    super();
    this.#runsPerTask = runsPerTask;
  }

  /** Adds a listener and its tasks. Tasks that were added before keep their runs. */
  declare(listener: string, tasks: readonly string[]): void {
    const histories = this.#listeners.get(listener);
    const added =
      histories === undefined ? tasks : tasks.filter((task) => !histories.some((each) => each.task === task));
    if (histories !== undefined && added.length === 0) return;
    const fresh = added.map((task) => new TaskHistory(task, this.#runsPerTask));
    this.#listeners.set(listener, histories === undefined ? fresh : [...histories, ...fresh]);
  }

  runs(listener: string, { task, limit = Infinity }: RunQuery = {}): readonly RunRecord[] {
    const histories = task === undefined ? this.#tasksOf(listener) : [this.history(listener, task)];
    const runs = histories.flatMap((history) => history.runs);
    if (histories.length > 1) runs.sort((a, b) => a.recordedAt - b.recordedAt);
    return runs.slice(Math.max(runs.length - limit, 0)).map((run) => run.record);
  }

  /** The newest runs of each task that are in flight, `most` at most. */
  inFlight(most: number): readonly CallInFlight[] {
    const calls: CallInFlight[] = [];
    for (const [listener, histories] of this.#listeners) {
      for (const { task, undecided } of histories) {
        for (const { runId } of undecided) calls.push({ listener, hook: 'tick', task, runId });
        if (calls.length >= most) return calls.slice(0, most);
      }
    }
    return calls;
  }

  /** The runs that began before a time or with it, and ended with it. */
  during(span: Span): readonly CallInFlight[] {
    const calls: CallInFlight[] = [];
    for (const [listener, histories] of this.#listeners) {
      for (const history of histories) {
        const runId = history.runDuring(span);
        if (runId !== undefined) calls.push({ listener, hook: 'tick', task: history.task, runId });
      }
    }
    return calls;
  }

  /** When a run began, in epoch milliseconds; undefined if it is not among those that are kept. */
  beganAt({ listener = '', task, runId }: Partial<CallInFlight>): number | undefined {
    const history = this.#listeners.get(listener)?.find((candidate) => candidate.task === task);
    return history?.runs.find((run) => run.runId === runId && run.outcome !== 'skipped')?.recordedAt;
  }

  counters(listener: string, task: string): RunCounters {
    return this.history(listener, task).counters;
  }

  /** The runs of a task, to add to. @throws UnknownListenerError, UnknownTaskError */
  history(listener: string, task: string): TaskHistory {
    const histories = this.#tasksOf(listener);
    const history = histories.find((candidate) => candidate.task === task);
    if (history !== undefined) return history;
    const known = histories.map((candidate) => candidate.task);
    throw new UnknownTaskError(listener, task, known);
  }

  #tasksOf(listener: string): readonly TaskHistory[] {
    const histories = this.#listeners.get(listener);
    if (histories === undefined) throw new UnknownListenerError(listener, [...this.#listeners.keys()]);
    return histories;
  }
}

/**
 * The last runs of one task, and the number of runs by outcome. What they are kept in is made for the first run. Of a run
 * that succeeded at its due moment only numbers are kept, in one list: most runs are of that kind, and a tenth of the
 * memory is enough for them.
 */
export class TaskHistory {
  /** Set for a task that has to succeed now and then. */
  mark: FreshnessMark | undefined;
  readonly #limit: number;
  /** A ring; undefined for a run of which numbers are kept. */
  #runs: (RememberedRun | undefined)[] | undefined;
  #numbers: number[] | undefined;
  #task: RunTask | undefined;
  /** Index of the oldest run, once the ring is full. */
  #oldest = 0;
  #counters: Draft<RunCounters> | undefined;
  /** Epoch milliseconds; NaN before there was any. */
  #succeededAt = NaN;
  #failingSince = NaN;
  #failed: RememberedRun | undefined;
  #earlier: EarlierRuns | undefined;

  constructor(
    readonly task: string,
    limit: number,
  ) {
    this.#limit = limit;
  }

  /** Oldest first. */
  get runs(): readonly RememberedRun[] {
    const length = this.#runs?.length ?? 0;
    return Array.from({ length }, (_, index) => this.#at((this.#oldest + index) % length) as RememberedRun);
  }

  /** The newest one. */
  get latest(): RememberedRun | undefined {
    return this.#runs === undefined ? undefined : this.#at(this.#newest);
  }

  /** The runs that have no outcome yet, from the newest back to the first that has one. */
  get undecided(): readonly RememberedRun[] {
    const runs = this.#runs;
    if (runs === undefined) return NONE;
    let found: RememberedRun[] | undefined;
    for (let back = 0; back < runs.length; back++) {
      const run = runs[(this.#newest - back + runs.length) % runs.length];
      if (run === undefined || run.outcome !== undefined) break;
      (found ??= []).push(run);
    }
    return found ?? NONE;
  }

  /** The newest run that began before a time or with it, and ended with it. */
  runDuring({ from, to, slack }: Span): string | undefined {
    const length = this.#runs?.length ?? 0;
    for (let back = 0; back < length; back++) {
      const run = this.#at((this.#newest - back + length) % length);
      if (run === undefined || run.outcome === 'skipped' || run.recordedAt > from + slack) continue;
      const { finishedAt } = run.record;
      if (finishedAt !== undefined && Math.abs(Date.parse(finishedAt) - to) <= slack) return run.runId;
      // Those before it have ended before it began.
      if (finishedAt !== undefined) return undefined;
    }
    return undefined;
  }

  get counters(): RunCounters {
    return this.#counters === undefined ? NOTHING_COUNTED : { ...this.#counters };
  }

  /** When the last success ended, in epoch milliseconds; NaN if none is known. */
  get succeededAt(): number {
    return this.#before?.succeededAt ?? this.#succeededAt;
  }

  /** When the first of the failures since the last success ended, in epoch milliseconds; NaN unless the newest run failed. */
  get failingSince(): number {
    const earlier = this.#before?.failingSince ?? NaN;
    return Number.isNaN(earlier) ? this.#failingSince : earlier;
  }

  /** The newest failure since the last success. */
  get failure(): RunRecord | undefined {
    return this.#failed?.record ?? this.#before?.failure;
  }

  /** Takes notice of the runs in earlier processes. They count until one of this process has succeeded. */
  recall(earlier: EarlierRuns): void {
    this.#earlier = earlier;
  }

  get #before(): EarlierRuns | undefined {
    return Number.isNaN(this.#succeededAt) ? this.#earlier : undefined;
  }

  add(run: RememberedRun): void {
    if (this.#limit === 0) return;
    const runs = (this.#runs ??= []);
    if (runs.length < this.#limit) {
      runs.push(run);
      return;
    }
    runs[this.#oldest] = run;
    this.#oldest = (this.#oldest + 1) % this.#limit;
  }

  /** Keeps of a run, which has succeeded at its due moment, no more than its numbers. */
  keepNumbers(task: RunTask, run: SettledRun): void {
    const runs = (this.#runs ??= []);
    // It is among the newest, unless it took very long.
    const near = runs.lastIndexOf(run, this.#newest);
    const place = near < 0 ? runs.lastIndexOf(run) : near;
    if (place < 0) return;
    runs[place] = undefined;
    this.#task = task;
    const numbers = (this.#numbers ??= []);
    const from = place * NUMBERS;
    while (numbers.length < from + NUMBERS) numbers.push(0);
    numbers[from] = run.number;
    numbers[from + 1] = run.moment.scheduledAt;
    numbers[from + 2] = run.recordedAt;
    numbers[from + 3] = run.finishedAt;
  }

  get #newest(): number {
    const length = this.#runs?.length ?? 0;
    return (this.#oldest + length - 1) % length;
  }

  #at(place: number): RememberedRun | undefined {
    const run = this.#runs?.[place];
    if (run !== undefined || this.#task === undefined) return run;
    const from = place * NUMBERS;
    const [number = 0, scheduledAt = 0, startedAt = 0, finishedAt = 0] =
      this.#numbers?.slice(from, from + NUMBERS) ?? [];
    return new SucceededRun(this.#task, number, scheduledAt, startedAt, finishedAt);
  }

  /** @param now - epoch milliseconds. */
  count(outcome: RunOutcome, now: number, run: RememberedRun): void {
    (this.#counters ??= newCounters())[outcome]++;
    if (outcome === 'succeeded') {
      this.#succeededAt = now;
      this.#failingSince = NaN;
      this.#failed = undefined;
      this.mark?.succeeded(now);
    } else if (outcome !== 'cancelled') {
      if (Number.isNaN(this.#failingSince)) this.#failingSince = now;
      this.#failed = run;
    }
  }

  /** Counts a skipped record, which stands for that number of due moments. */
  countSkipped(reason: SkipReason, moments: number): void {
    const counters = (this.#counters ??= newCounters());
    counters.skipped++;
    if (reason === 'missed') counters.missed += moments;
  }
}

/** A run that has succeeded at its due moment. */
interface SettledRun extends RememberedRun {
  readonly number: number;
  readonly moment: { readonly scheduledAt: number };
  readonly finishedAt: number;
}

const newCounters = () => ({ succeeded: 0, failed: 0, timed_out: 0, cancelled: 0, lost: 0, skipped: 0, missed: 0 });

const NOTHING_COUNTED: RunCounters = Object.freeze(newCounters());
