import type { ClusterTaskHandle } from '../../contracts/ClusterEngine';
import type { TaskHistory } from '../InMemoryRunLedger';
import type { TaskSide } from './TaskSide';

/** Finds out whether a task that has to succeed now and then has done so in another process. */
export class SharedSuccess {
  readonly #side: TaskSide;
  readonly #within: number | undefined;
  readonly #history: TaskHistory;
  readonly #handle: Pick<ClusterTaskHandle, 'history'>;
  #askedAt = -Infinity;

  constructor(
    side: TaskSide,
    within: number | undefined,
    history: TaskHistory,
    handle: Pick<ClusterTaskHandle, 'history'>,
  ) {
    this.#side = side;
    this.#within = within;
    this.#history = history;
    this.#handle = handle;
  }

  /** Asks the engine for the newest success, four times within `mustSucceedWithin` at most. */
  look(): void {
    const now = this.#side.clock.now();
    if (this.#within === undefined || now < this.#askedAt + this.#within / 4 || !this.#side.engine.isConnected) return;
    this.#askedAt = now;
    this.#handle.history({ outcome: 'succeeded', limit: 1 }).then(
      ([newest]) => {
        const at = Date.parse(newest?.finishedAt ?? '');
        const mark = this.#history.mark;
        // The mark counts on the clock of this process.
        if (mark !== undefined && at > mark.countsFrom) mark.succeeded(at);
      },
      () => {
        // It is away; the next due moment asks again.
        this.#askedAt = -Infinity;
      },
    );
  }
}
