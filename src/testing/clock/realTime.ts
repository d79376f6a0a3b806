import { native } from '../../time/native';

export { nextTurn } from '../../time/native';

/** Real milliseconds of a monotonic clock. */
export const realNow = (): number => native.monotonic();

/** Resolves once all microtasks have run, those that they queue included, in the same turn of the event loop. */
export const microtasksDone = (): Promise<void> => new Promise((resolve) => native.nextTick(resolve));

/** Calls `fn` after `ms` real milliseconds. Returns a function that cancels it. */
export function afterRealTime(ms: number, fn: () => void): () => void {
  const timer = native.setTimeout(fn, ms);
  return () => {
    native.clearTimeout(timer);
  };
}
