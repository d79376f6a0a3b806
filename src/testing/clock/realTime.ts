import { performance } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/** Node's own timers, taken when this module loads, so that fake timers of a test do not replace them. */
const native = {
  setTimeout,
  clearTimeout,
  setImmediate,
  nextTick: process.nextTick.bind(process),
  now: performance.now.bind(performance),
};

/** Real milliseconds of a monotonic clock. */
export const realNow = (): number => native.now();

/** Resolves in the next turn of the event loop: all microtasks have run, and I/O that had arrived was handled. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => native.setImmediate(resolve));

/** Resolves once all microtasks have run, those that they queue included, in the same turn of the event loop. */
export const microtasksDone = (): Promise<void> => new Promise((resolve) => native.nextTick(resolve));

/** Calls `fn` after `ms` real milliseconds. Returns a function that cancels it. */
export function afterRealTime(ms: number, fn: () => void): () => void {
  const timer = native.setTimeout(fn, ms);
  return () => {
    native.clearTimeout(timer);
  };
}
