/** Why no success is expected of a task for a while: it is paused, or its schedule is off. */
type Stand = 'pause' | 'off';

/** When one task last succeeded, or its ticks opened, and how long no success was expected of it since. Epoch milliseconds. */
export class FreshnessMark {
  readonly #succeeded: () => void;
  readonly #resumed: () => void;
  #from: number | undefined;
  #stoodMs = 0;
  #standsSince: number | undefined;
  readonly #stands = new Set<Stand>();

  /**
   * @param succeeded - called after each success.
   * @param resumed - called when successes are expected again.
   */
  constructor(succeeded: () => void, resumed: () => void) {
    this.#succeeded = succeeded;
    this.#resumed = resumed;
  }

  /** The instant that the age counts from: moved on by the time for which it stood still. */
  get countsFrom(): number {
    return (this.#from ?? 0) + this.#stoodMs;
  }

  /** Since when the age stands still; undefined while it does not. */
  get standsSince(): number | undefined {
    return this.#standsSince === undefined ? undefined : Math.max(this.#standsSince, this.#from ?? 0);
  }

  /** Why the age stands still; undefined while it does not. */
  get stand(): Stand | undefined {
    return this.#stands.has('pause') ? 'pause' : this.#stands.has('off') ? 'off' : undefined;
  }

  /** Begins at an instant: that of a success before the process began, else of the opening of ticks. The first one counts. */
  begin(at: number): void {
    this.#from ??= at;
  }

  succeeded(now: number): void {
    this.#from = now;
    this.#stoodMs = 0;
    this.#succeeded();
  }

  /** The task is paused, perhaps for longer than this process lives. */
  paused(since: number): void {
    this.#stand('pause', since);
  }

  resumed(now: number): void {
    this.#goOn('pause', now);
  }

  /** An operator has taken the task's schedule away, or given it one again. */
  switchedOff(isOff: boolean, at: number): void {
    if (isOff) this.#stand('off', at);
    else this.#goOn('off', at);
  }

  /** Follows the clock, which was set back by `ms`. */
  stepBack(ms: number): void {
    if (this.#from !== undefined) this.#from -= ms;
    if (this.#standsSince !== undefined) this.#standsSince -= ms;
  }

  #stand(why: Stand, since: number): void {
    // Another pause in place of the first one does not make it begin anew.
    if (this.#stands.has(why)) return;
    this.#stands.add(why);
    this.#standsSince = Math.min(this.#standsSince ?? since, since);
  }

  #goOn(why: Stand, now: number): void {
    const { standsSince } = this;
    if (!this.#stands.delete(why) || this.#stands.size > 0) return;
    // A success while it stood still has begun the age anew.
    this.#stoodMs += Math.max(now - (standsSince ?? now), 0);
    this.#standsSince = undefined;
    this.#resumed();
  }
}
