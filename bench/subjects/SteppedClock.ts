import { Clock, type ClockTimer } from 'daemonry';

/** A clock whose next timer is fired by hand, as soon as it is asked to: the cost of ticks without that of timers. */
export class SteppedClock extends Clock {
  readonly #timers = new Map<object, { when: number; fn: () => void }>();
  #now = Date.now();

  now(): number {
    return this.#now;
  }

  at(when: number, fn: () => void): ClockTimer {
    const key = {};
    this.#timers.set(key, { when, fn });
    return { cancel: () => void this.#timers.delete(key) };
  }

  /** Fires the earliest timer. */
  step(): void {
    let earliest: [object, { when: number; fn: () => void }] | undefined;
    for (const timer of this.#timers) if (earliest === undefined || timer[1].when < earliest[1].when) earliest = timer;
    if (earliest === undefined) return;
    this.#timers.delete(earliest[0]);
    this.#now = Math.max(this.#now, earliest[1].when);
    earliest[1].fn();
  }
}
