import { setImmediate } from 'node:timers/promises';

const LONGEST_TURN_MS = 10;

/**
 * For work that computes for long: what it returns is awaited now and then, and gives way to other work once 10 ms have
 * passed.
 *
 * It throws the signal's reason, once that aborts.
 */
export function takeTurns(signal?: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since >= LONGEST_TURN_MS) {
      await setImmediate();
      since = performance.now();
    }
    signal?.throwIfAborted();
  };
}
