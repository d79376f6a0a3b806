import type { RunCounters, RunOutcome, RunRecord, SkipReason } from '../contracts/RunRecord';

/** A run, or a due moment without one, as it is remembered. Its record is made when it is read. */
export interface RememberedRun {
  readonly runId: string;
  /** When it began or was skipped: epoch milliseconds. */
  readonly recordedAt: number;
  readonly outcome: RunOutcome | undefined;
  readonly record: RunRecord;
}

/** The last runs of one task, and how often each outcome has occurred. */
export class TaskHistory {
  readonly #limit: number;
  readonly #runs: RememberedRun[] = [];
  /** Where the oldest one stands, once the ring is full. */
  #oldest = 0;
  readonly #counters = { succeeded: 0, failed: 0, timed_out: 0, cancelled: 0, skipped: 0, missed: 0 };

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Oldest first. */
  get runs(): readonly RememberedRun[] {
    return [...this.#runs.slice(this.#oldest), ...this.#runs.slice(0, this.#oldest)];
  }

  get counters(): RunCounters {
    return { ...this.#counters };
  }

  add(run: RememberedRun): void {
    if (this.#limit === 0) return;
    if (this.#runs.length < this.#limit) {
      this.#runs.push(run);
      return;
    }
    this.#runs[this.#oldest] = run;
    this.#oldest = (this.#oldest + 1) % this.#limit;
  }

  count(outcome: RunOutcome): void {
    this.#counters[outcome]++;
  }

  /** @param moments - how many due moments the skipped record stands for. */
  countSkipped(reason: SkipReason, moments: number): void {
    this.#counters.skipped++;
    if (reason === 'missed') this.#counters.missed += moments;
  }
}
