import { AsyncResource } from 'node:async_hooks';

import type { ClockTimer, ClockTimerOptions } from '../contracts/Clock';
import { QueuedTimer } from './TimerQueue';

/** One timer of a clock. It fires in the async context that it was armed in, as a native timer does. */
export class ArmedTimer extends QueuedTimer implements ClockTimer {
  /** See `SystemClock`. */
  isOverdue = false;
  /** True when it measures a length of time rather than waiting for an instant. */
  readonly elapsed: boolean;
  readonly #context = new AsyncResource('DaemonryTimer', { requireManualDestroy: true });
  readonly #fn: () => void;
  readonly #cancelled: (timer: ArmedTimer) => void;
  #isOver = false;

  /** @param cancelled - takes the timer out of its queue. */
  constructor(
    fn: () => void,
    { deadline = false, elapsed = deadline }: ClockTimerOptions,
    cancelled: (timer: ArmedTimer) => void,
  ) {
    super(deadline);
    this.elapsed = elapsed;
    this.#fn = fn;
    this.#cancelled = cancelled;
  }

  cancel(): void {
    this.#cancelled(this);
    this.#end();
  }

  fire(): void {
    try {
      this.#context.runInAsyncScope(this.#fn);
    } finally {
      this.#end();
    }
  }

  /** Calls `fn` in the context the timer was armed in. */
  inContext(fn: () => void): void {
    this.#context.runInAsyncScope(fn);
  }

  /** Lets async hooks forget it: some keep what they know of a resource until then. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#context.emitDestroy();
  }
}
