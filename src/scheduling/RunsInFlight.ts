import type { Clock } from '../contracts/Clock';
import type { TickRun } from './TickRun';
import { removeAt } from './TickTimeouts';

const NONE: readonly Promise<void>[] = [];

/** The runs of one task whose handlers have not settled, in the order in which they began. Seldom more than one. */
export class RunsInFlight {
  readonly #runs: TickRun[] = [];

  get count(): number {
    return this.#runs.length;
  }

  /** True when one of them has outlived its timeout. */
  get areStuck(): boolean {
    return this.#runs.some((run) => run.isStuck);
  }

  /** True while the outcome of a run of the schedule is not decided. */
  get areScheduled(): boolean {
    return this.#runs.some((run) => run.trigger !== 'manual' && run.outcome === undefined);
  }

  add(run: TickRun): void {
    this.#runs.push(run);
  }

  remove(run: TickRun): void {
    removeAt(this.#runs, this.#runs.indexOf(run));
  }

  /**
   * Lets the runs go on, until an instant at the most.
   *
   * @param until - undefined to abort them at once.
   * @returns a promise for each run, which resolves when it has settled, or has been aborted.
   */
  drain(clock: Clock, until: number | undefined, reason: Error): readonly Promise<void>[] {
    return this.count === 0 ? NONE : this.#runs.map((run) => drainRun(run, clock, until, reason));
  }

  /** Aborts the runs. Returns a promise for each, which resolves when it has settled. */
  abort(reason: Error): readonly Promise<void>[] {
    if (this.count === 0) return NONE;
    const runs = this.#runs.slice();
    for (const run of runs) run.abort(reason);
    return runs.map((run) => new Promise<void>((resolve) => run.onSettled(resolve)));
  }

  /** Records the runs as `cancelled` although their handlers go on. */
  abandon(): void {
    for (const run of this.#runs.slice()) run.abandon();
  }
}

function drainRun(run: TickRun, clock: Clock, until: number | undefined, reason: Error): Promise<void> {
  if (until === undefined) run.abort(reason);
  if (until === undefined || run.abortReason !== undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const abort = (): void => {
      run.abort(reason);
      resolve();
    };
    const timer = clock.at(until, abort, { deadline: true });
    run.onSettled(() => {
      timer.cancel();
      resolve();
    });
  });
}
