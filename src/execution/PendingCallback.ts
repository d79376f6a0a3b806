import type { Clock } from '../contracts/Clock';

/** A user's callback that is in flight, as a virtual clock needs to know it. */
export interface PendingCallback {
  /** It waits for the clock: time may go on. Paired with {@link resumed}. */
  waiting(): void;
  resumed(): void;
  settled(): void;
}

/** A clock that holds time up while callbacks are in flight. */
export interface TrackingClock extends Clock {
  /** Says that a callback of `owner` (`order_sync.tick`) begins. */
  track(owner: string): PendingCallback;
}

const UNTRACKED: PendingCallback = { waiting() {}, resumed() {}, settled() {} };

export function trackCallback(clock: Clock, owner: string): PendingCallback {
  return 'track' in clock ? (clock as TrackingClock).track(owner) : UNTRACKED;
}

/** True for a promise, and for whatever else can be awaited by its `then` method. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
