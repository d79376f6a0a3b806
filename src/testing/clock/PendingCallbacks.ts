import type { PendingCallback } from '../../execution/PendingCallback';
import { afterRealTime, realNow } from './realTime';

/** One callback of a listener, from its call until it has settled. */
export class TrackedCallback implements PendingCallback {
  /** Real milliseconds for which it has held time up since it last resumed. */
  heldMs = 0;
  /** The number of times it has resumed after waiting for the clock. */
  turns = 0;
  /** Its place among those that hold time up; -1 while it does not. */
  place = -1;
  #waits = 0;
  #isSettled = false;
  readonly #callbacks: PendingCallbacks;

  constructor(
    readonly owner: string,
    callbacks: PendingCallbacks,
  ) {
    this.#callbacks = callbacks;
    callbacks.hold(this);
  }

  waiting(): void {
    if (this.#isSettled) return;
    if (this.#waits++ === 0) this.#callbacks.release(this);
  }

  resumed(): void {
    if (this.#isSettled || this.#waits === 0 || --this.#waits > 0) return;
    this.heldMs = 0;
    this.turns++;
    this.#callbacks.hold(this);
  }

  settled(): void {
    this.#isSettled = true;
    this.#callbacks.release(this);
  }
}

/**
 * The callbacks that virtual time waits for: in flight, not waiting for the clock, and not given up after `settleMs`.
 */
export class PendingCallbacks {
  readonly #settleMs: number;
  readonly #holding: TrackedCallback[] = [];
  #quiet: () => void = () => undefined;
  #changes = 0;

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** A count that grows whenever a callback begins, waits, resumes or settles. */
  get changes(): number {
    return this.#changes;
  }

  /** True while any callback holds time up. */
  get areHolding(): boolean {
    return this.#holding.length > 0;
  }

  /** Makes virtual time wait for the callback. */
  hold(callback: TrackedCallback): void {
    this.#changes++;
    if (callback.place < 0) callback.place = this.#holding.push(callback) - 1;
  }

  /** Makes virtual time wait for the callback no longer. */
  release(callback: TrackedCallback): void {
    this.#changes++;
    const { place } = callback;
    if (place < 0) return;
    callback.place = -1;
    const last = this.#holding.pop();
    if (last !== undefined && last !== callback) {
      this.#holding[place] = last;
      last.place = place;
    }
    if (this.#holding.length === 0) this.#quiet();
  }

  /**
   * Waits until no callback holds time up, or one has done so for `settleMs` of real time. Such a callback is released
   * until it resumes.
   */
  async untilQuiet(): Promise<void> {
    const holding = this.#holding.map((callback) => ({ callback, turns: callback.turns }));
    if (holding.length === 0) return;
    const began = realNow();
    const shortest = this.#settleMs - Math.max(...holding.map(({ callback }) => callback.heldMs));
    await new Promise<void>((resolve) => {
      const takeBack = afterRealTime(Math.max(shortest, 0), resolve);
      this.#quiet = () => {
        takeBack();
        resolve();
      };
    });
    const waited = realNow() - began;
    for (const { callback, turns } of holding) {
      if (callback.turns !== turns) continue;
      callback.heldMs += waited;
      // A native timer may come a fraction of a millisecond early.
      if (callback.heldMs >= this.#settleMs - 1) this.release(callback);
    }
  }
}
