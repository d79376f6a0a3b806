import type { Clock } from '../contracts/Clock';

/** A user's callback in flight. It tells a virtual clock when time may go on. */
export interface PendingCallback {
  /** It waits for the clock, so that time may go on. Followed by {@link resumed}. */
  waiting(): void;
  /** It no longer waits for the clock. */
  resumed(): void;
  /** It is over. */
  settled(): void;
}

/** A clock that stands still while callbacks are in flight. */
export interface TrackingClock extends Clock {
  /** Takes notice of a callback that begins. `owner` names it: `order_sync.tick`. */
  track(owner: string): PendingCallback;
}

const UNTRACKED: PendingCallback = { waiting() {}, resumed() {}, settled() {} };

/** Tells the clock, if it wants to know, that a callback begins; `<listener>.<callback>` names it. */
export function trackCallback(clock: Clock, listener: string, callback: string): PendingCallback {
  return 'track' in clock ? (clock as TrackingClock).track(`${listener}.${callback}`) : UNTRACKED;
}

/** True for a promise, and for whatever else can be awaited by its `then` method. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
