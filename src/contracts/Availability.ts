/** The state of a listener for its consumers. Until its startup is decided it is `stopped`. */
export type AvailabilityState<T> =
  /** It runs. */
  | { readonly state: 'ready'; readonly instance: T }
  /** It is disabled; that is no failure. */
  | { readonly state: 'disabled'; readonly reason: string }
  /** Its startup failed, it is blocked, or it has died. */
  | { readonly state: 'failed'; readonly error: Error }
  /** It failed, and is started again at `restartAt`, which has passed while its startup goes on. */
  | { readonly state: 'restarting'; readonly error: Error; readonly restartAt: Date }
  /** It has not started yet, is stopping or has stopped. */
  | { readonly state: 'stopped' };

/** A listener that may be missing: injected with `@Available(X)` in place of `X`. */
export interface Availability<T> {
  /**
   * The listener as it stands now; never null, and never a half-started instance. Ask again before each use: the answer
   * changes when the listener dies, is started again or stops.
   */
  current(): AvailabilityState<T>;
}
