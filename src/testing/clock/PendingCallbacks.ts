import type { PendingCallback } from '../../execution/PendingCallback';
import { afterRealTime, realNow } from './realTime';

/** One user's callback that is in flight. */
export class TrackedCallback implements PendingCallback {
  /** How long time was held up for it, in real milliseconds. */
  heldMs = 0;
  /** How often it has resumed. */
  turns = 0;
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

/** The callbacks that hold time up: those that are in flight, do not wait for the clock and have not stood still. */
export class PendingCallbacks {
  readonly #settleMs: number;
  readonly #holding = new Set<TrackedCallback>();
  #quiet: () => void = () => undefined;
  #changes = 0;

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** Grows with everything that callbacks do. */
  get changes(): number {
    return this.#changes;
  }

  get areHolding(): boolean {
    return this.#holding.size > 0;
  }

  hold(callback: TrackedCallback): void {
    this.#changes++;
    this.#holding.add(callback);
  }

  release(callback: TrackedCallback): void {
    this.#changes++;
    if (this.#holding.delete(callback) && this.#holding.size === 0) this.#quiet();
  }

  /**
   * Waits until no callback holds time up, or one has done so for `settleMs` of real time: that one holds it up no more
   * until it resumes.
   */
  async untilQuiet(): Promise<void> {
    const holding = [...this.#holding].map((callback) => ({ callback, turns: callback.turns }));
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
