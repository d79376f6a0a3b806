import type { Clock, ListenerLogger } from 'daemonry';

const MEASURE_EVERY_MS = 60_000;
/** A clock that is off by more is told about. */
const TOLD_MS = 1_000;
/** A clock that was set is not waited for until the next minute. */
const STEP_MS = 250;
/** The part of what an answer may be off by that it has to differ by: the offset that is known is not exact either. */
const CONTRADICTS = 1.25;

/** The clock of the store: how far it is ahead of that of this process, and when this process first read it. */
export class ClockOffset {
  readonly #clock: Clock;
  readonly #log: Pick<ListenerLogger, 'warn'>;
  readonly #changed: () => void;
  #offsetMs = 0;
  #measuredAt = -Infinity;
  #hasTold = false;
  #startedAt: number | undefined;

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

  /** When this process first reached the store, by that clock: those of processes differ. Now, as long as it has not. */
  get startedAt(): number {
    return this.#startedAt ?? this.#clock.now();
  }

  /**
   * Takes notice of the time of the store. It is used once a minute, when it differs much, and when that is wanted.
   * @param now - the time of the store.
   * @param at - the time of this process when that was read.
   * @param exactMs - how far that may be off: an answer that took long says no more.
   */
  measured(now: number, at: number, isWanted: boolean, exactMs = 0): void {
    const isFirst = this.#startedAt === undefined;
    this.#startedAt ??= now;
    const offset = now - at;
    if (!isFirst && Math.abs(offset - this.#offsetMs) <= exactMs * CONTRADICTS) return;
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
