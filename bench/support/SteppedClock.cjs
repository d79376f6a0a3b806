'use strict';

const { Clock } = require('daemonry');

/** A clock whose next timer is fired by hand: the cost of ticks without that of timers. It has few at a time. */
class SteppedClock extends Clock {
  #timers = [];
  #now = Date.now();

  now() {
    return this.#now;
  }

  at(when, fn) {
    const timer = new Timer(this.#timers, when, fn);
    this.#timers.push(timer);
    return timer;
  }

  /** Fires the earliest timer. */
  step() {
    let earliest = this.#timers[0];
    for (let index = 1; index < this.#timers.length; index++) {
      if (this.#timers[index].when < earliest.when) earliest = this.#timers[index];
    }
    earliest.cancel();
    this.#now = Math.max(this.#now, earliest.when);
    earliest.fn();
  }
}

class Timer {
  #timers;

  constructor(timers, when, fn) {
    this.#timers = timers;
    this.when = when;
    this.fn = fn;
  }

  cancel() {
    const index = this.#timers.indexOf(this);
    const last = index < 0 ? undefined : this.#timers.pop();
    if (last !== undefined && last !== this) this.#timers[index] = last;
  }
}

module.exports = { SteppedClock };
