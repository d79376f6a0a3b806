import { Clock, type ClockTimer, type ClockTimerOptions } from '../../contracts/Clock';
import type { ClusterEngine } from '../../contracts/ClusterEngine';

/** The clock of the store of a cluster, as this process knows it: its own clock and the offset that the engine measures. */
export class StoreClock extends Clock {
  readonly #clock: Clock;
  readonly #engine: Pick<ClusterEngine, 'clockOffsetMs'>;
  /** By how much the clock of this process was set back since the offset was measured. */
  #steppedMs = 0;
  #measured: number;

  constructor(clock: Clock, engine: Pick<ClusterEngine, 'clockOffsetMs'>) {
    super();
    this.#clock = clock;
    this.#engine = engine;
    this.#measured = engine.clockOffsetMs;
  }

  now(): number {
    return this.#clock.now() + this.#offsetMs;
  }

  at(when: number, fn: () => void, options?: ClockTimerOptions): ClockTimer {
    return this.#clock.at(when - this.#offsetMs, fn, options);
  }

  /** The clock of this process was set back, which the clock of the store was not. */
  stepBack(ms: number): void {
    this.#steppedMs += ms;
  }

  get #offsetMs(): number {
    const { clockOffsetMs } = this.#engine;
    if (clockOffsetMs !== this.#measured) {
      this.#measured = clockOffsetMs;
      this.#steppedMs = 0;
    }
    return clockOffsetMs + this.#steppedMs;
  }
}
