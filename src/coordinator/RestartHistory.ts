import type { Jitter, RestartPolicy } from '../contracts/entries';

/** The restarts of one listener in a row. Immutable. Instants are epoch milliseconds. */
export class RestartHistory {
  /** The number of restarts since it last ran for `resetAfter`. */
  readonly inRow: number;
  /** When those were that its limit counts. */
  readonly #counted: readonly number[];

  constructor(inRow: number, counted: readonly number[]) {
    this.inRow = inRow;
    this.#counted = counted;
  }

  /** The history after one more restart at `now`. */
  restarted({ limit }: RestartPolicy, now: number): RestartHistory {
    return new RestartHistory(this.inRow + 1, limit === undefined ? [] : [...this.#within(limit.within, now), now]);
  }

  /** True if a listener that fails at `now` has no restart left. */
  isUsedUp({ limit }: RestartPolicy, now: number): boolean {
    return limit !== undefined && this.#within(limit.within, now).length >= limit.restarts;
  }

  /**
   * The time until the next restart, in milliseconds.
   *
   * @param random - returns at least 0 and less than 1.
   */
  delay({ delay, maxDelay, jitter }: RestartPolicy, random: () => number): number {
    const ms = Math.min(delay * 2 ** this.inRow, maxDelay);
    return Math.round(ms + random() * longestJitter(jitter, ms));
  }

  /** Restarts after `now` were before the clock was set back: how long ago is not known, and they do not count. */
  #within(ms: number, now: number): readonly number[] {
    return this.#counted.filter((at) => at <= now && now - at < ms);
  }
}

/** The history of a listener that was not restarted. */
export const NO_RESTARTS = new RestartHistory(0, []);

function longestJitter(jitter: Jitter, ms: number): number {
  switch (jitter.kind) {
    case 'none':
      return 0;
    case 'ms':
      return jitter.ms;
    case 'percent':
      return (ms * jitter.percent) / 100;
  }
}
