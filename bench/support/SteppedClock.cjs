'use strict';

const { Clock } = require('daemonry');

/** A clock whose next timer is fired by hand: the cost of ticks without that of timers. */
class SteppedClock extends Clock {
  #timers = new Set();
  #now = Date.now();

  now() {
    return this.#now;
  }

  at(when, fn) {
    const timer = { when, fn, cancel: () => void this.#timers.delete(timer) };
    this.#timers.add(timer);
    return timer;
  }

  /** Fires the earliest timer. */
  step() {
    let earliest;
    for (const timer of this.#timers) if (earliest === undefined || timer.when < earliest.when) earliest = timer;
    this.#timers.delete(earliest);
    this.#now = Math.max(this.#now, earliest.when);
    earliest.fn();
  }
}

module.exports = { SteppedClock };
