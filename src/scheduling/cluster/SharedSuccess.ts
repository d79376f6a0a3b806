import type { ClusterTaskHandle } from '../../contracts/ClusterEngine';
import type { RunRecord } from '../../contracts/RunRecord';
import type { TaskHistory } from '../InMemoryRunLedger';
import type { TaskSide } from './TaskSide';

/** Finds out whether a task that has to succeed now and then has done so in another process. */
export class SharedSuccess {
  readonly #side: TaskSide;
  readonly #within: number | undefined;
  readonly #history: TaskHistory;
  readonly #handle: Pick<ClusterTaskHandle, 'history'>;
  readonly #firesAt: (due: number) => number;
  #askedAt = -Infinity;

  /** @param firesAt - a due moment with its jitter. */
  constructor(
    side: TaskSide,
    within: number | undefined,
    history: TaskHistory,
    handle: Pick<ClusterTaskHandle, 'history'>,
    firesAt: (due: number) => number,
  ) {
    this.#side = side;
    this.#within = within;
    this.#history = history;
    this.#handle = handle;
    this.#firesAt = firesAt;
  }

  /** Asks the engine for the newest success, four times within `mustSucceedWithin` at most. */
  look(): void {
    const now = this.#side.clock.now();
    if (this.#within === undefined || now < this.#askedAt + this.#within / 4 || !this.#side.engine.isConnected) return;
    this.#askedAt = now;
    this.#handle.history({ outcome: 'succeeded', limit: 1 }).then(
      ([newest]) => {
        const at = newest === undefined ? NaN : this.#instantOf(newest);
        const mark = this.#history.mark;
        if (mark !== undefined && at > mark.countsFrom) mark.succeeded(at);
      },
      () => {
        // It is away; the next due moment asks again.
        this.#askedAt = -Infinity;
      },
    );
  }

  /** When a run ended, on the clock of this process: the record has its end on that of another one, which may be wrong. */
  #instantOf({ trigger, scheduledAt, startedAt = '', finishedAt = '' }: RunRecord): number {
    const { clock, runners } = this.#side;
    const now = runners.environment.clock.now();
    // Its due moment, which is on the clock of the store, says nothing of when it was made up.
    if (trigger === 'catch-up') return Math.min(Date.parse(finishedAt), now);
    const tookMs = Date.parse(finishedAt) - Date.parse(startedAt);
    return Math.min(now - (clock.now() - this.#firesAt(Date.parse(scheduledAt))) + tookMs, now);
  }
}
