import { setMaxListeners } from 'node:events';

/**
 * Has `heard` called when the signal aborts. One signal may be given to as many waits as there are: Node, which takes more than ten
 * listeners for a leak, would warn of one.
 */
export function onAbort(signal: AbortSignal, heard: () => void): void {
  try {
    setMaxListeners(Number.POSITIVE_INFINITY, signal);
  } catch {
    // A signal that is not Node's own has no such limit.
  }
  signal.addEventListener('abort', heard, { once: true });
}
