import * as timers from 'node:timers';

// In other realms, such as Jest's, the global is what a test sees.
const { now } = Date;
const hrtime = process.hrtime;

/**
 * Node's own timers and clocks, taken when this module loads: fake timers of a test, or a library that replaces them later,
 * can neither hang the stop of an application nor keep its deadlines from coming.
 */
export const native = {
  setTimeout: timers.setTimeout,
  clearTimeout: timers.clearTimeout,
  setInterval: timers.setInterval,
  clearInterval: timers.clearInterval,
  setImmediate: timers.setImmediate,
  clearImmediate: timers.clearImmediate,
  queueMicrotask: globalThis.queueMicrotask,
  nextTick: process.nextTick.bind(process),
  /** The wall clock, in epoch milliseconds. */
  now: (): number => now(),
  /** Milliseconds of a clock that is never set. */
  monotonic: (): number => {
    // `performance` would load twelve of Node's files at the boot.
    const time = hrtime();
    return time[0] * 1_000 + time[1] / 1_000_000;
  },
};

/** Resolves in the next turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => void native.setImmediate(resolve));
