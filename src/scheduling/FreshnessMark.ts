/** When one task last succeeded, or its ticks opened, and how long it has been paused since. Epoch milliseconds. */
export class FreshnessMark {
  readonly #succeeded: () => void;
  readonly #resumed: () => void;
  #from: number | undefined;
  #pausedMs = 0;
  #pausedSince: number | undefined;

  /**
   * @param succeeded - called after each success.
   * @param resumed - called after each pause.
   */
  constructor(succeeded: () => void, resumed: () => void) {
    this.#succeeded = succeeded;
    this.#resumed = resumed;
  }

  /** The instant that the age counts from: moved on by the pauses since. `Infinity` while it is paused. */
  get countsFrom(): number {
    return this.#pausedSince === undefined ? (this.#from ?? 0) + this.#pausedMs : Infinity;
  }

  /** Begins at an instant: that of a success before the process began, else of the opening of ticks. The first one counts. */
  begin(at: number): void {
    this.#from ??= at;
  }

  succeeded(now: number): void {
    this.#from = now;
    this.#pausedMs = 0;
    if (this.#pausedSince !== undefined) this.#pausedSince = now;
    this.#succeeded();
  }

  paused(now: number): void {
    this.#pausedSince ??= now;
  }

  resumed(now: number): void {
    this.#pausedMs += this.#pausedSince === undefined ? 0 : now - this.#pausedSince;
    this.#pausedSince = undefined;
    this.#resumed();
  }

  /** Follows the clock, which was set back by `ms`. */
  stepBack(ms: number): void {
    if (this.#from !== undefined) this.#from -= ms;
    if (this.#pausedSince !== undefined) this.#pausedSince -= ms;
  }
}
