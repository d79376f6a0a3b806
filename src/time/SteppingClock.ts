import type { Clock } from '../contracts/Clock';

/** A clock that notices when the wall clock is set back. */
export interface SteppingClock extends Clock {
  /** Calls `fn` with the milliseconds each time the clock is set back. Returns what takes the subscription back. */
  onStepBack(fn: (ms: number) => void): () => void;
}

/** Subscribes to a clock that notices steps; a clock that does not never calls `fn`. */
export function onStepBack(clock: Clock, fn: (ms: number) => void): () => void {
  return 'onStepBack' in clock ? (clock as SteppingClock).onStepBack(fn) : () => undefined;
}
