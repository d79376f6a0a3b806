import type { Clock, ListenerLogger } from 'daemonry';

const MEASURE_EVERY_MS = 60_000;
/** A clock that is off by more is told about. */
const TOLD_MS = 1_000;
/** A clock that was set is not waited for until the next minute. */
const STEP_MS = 250;

/** How far the clock of the store is ahead of that of this process. */
export class ClockOffset {
  readonly #clock: Clock;
  readonly #log: Pick<ListenerLogger, 'warn'>;
  readonly #changed: () => void;
  #offsetMs = 0;
  #measuredAt = -Infinity;
  #hasTold = false;

  /** @param changed - called when the offset is another one. */
  constructor(clock: Clock, log: Pick<ListenerLogger, 'warn'>, changed: () => void) {
    this.#clock = clock;
    this.#log = log;
    this.#changed = changed;
  }

  /** The clock of the store minus that of this process, in milliseconds. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /**
   * Takes notice of the time of the store. It is used once a minute, when it differs much, and when that is wanted.
   * @param now - the time of the store.
   * @param at - the time of this process when that was read.
   */
  measured(now: number, at: number, isWanted: boolean): void {
    const offset = now - at;
    const isDue = this.#clock.now() >= this.#measuredAt + MEASURE_EVERY_MS;
    if (!isWanted && !isDue && Math.abs(offset - this.#offsetMs) < STEP_MS) return;
    this.#measuredAt = this.#clock.now();
    const isFar = Math.abs(offset) > TOLD_MS;
    if (isFar && !this.#hasTold)
      this.#log.warn(
        'The clock of this machine and that of the store differ: tasks of cluster scope follow the store.',
        {
          offsetMs: Math.round(offset),
        },
      );
    this.#hasTold = isFar;
    if (offset === this.#offsetMs) return;
    this.#offsetMs = offset;
    this.#changed();
  }
}
