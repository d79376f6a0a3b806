'use strict';

// Loaded before a program: its `Date` is CLOCK_AHEAD milliseconds ahead, or behind. Timers stay as they are.
const Real = Date;
const ahead = Number(process.env.CLOCK_AHEAD);

globalThis.Date = class Date extends Real {
  constructor(...given) {
    if (given.length === 0) super(Real.now() + ahead);
    else super(...given);
  }

  static now() {
    return Real.now() + ahead;
  }
};
