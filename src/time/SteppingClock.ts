import type { Clock } from '../contracts/Clock';

/** A clock that can tell when the wall clock has been set back. */
export interface SteppingClock extends Clock {
  /** Calls `fn` with the milliseconds each time the clock is set back. Returns a function that ends the subscription. */
  onStepBack(fn: (ms: number) => void): () => void;
}

/** Calls `fn` when `clock` is set back, if it can tell; see {@link SteppingClock.onStepBack}. */
export function onStepBack(clock: Clock, fn: (ms: number) => void): () => void {
  return 'onStepBack' in clock ? (clock as SteppingClock).onStepBack(fn) : () => undefined;
}
