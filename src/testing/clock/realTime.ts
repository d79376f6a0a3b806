import { performance } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/** The platform's own time, taken when this module loads: fake timers that a test installs do not reach it. */
const native = { setTimeout, clearTimeout, setImmediate, now: performance.now.bind(performance) };

/** Real milliseconds, of a clock that is never set. */
export const realNow = (): number => native.now();

/** Resolves when every promise that can settle without I/O has done so, and what I/O has arrived was handled. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => native.setImmediate(resolve));

/** Calls `fn` after real milliseconds. Returns what takes it back. */
export function afterRealTime(ms: number, fn: () => void): () => void {
  const timer = native.setTimeout(fn, ms);
  return () => {
    native.clearTimeout(timer);
  };
}
