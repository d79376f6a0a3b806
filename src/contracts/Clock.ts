/** A timer that {@link Clock.at} has armed. */
export interface ClockTimer {
  /** Cancels the timer. Does nothing once it has fired. */
  cancel(): void;
}

/** The kind of a timer. */
export interface ClockTimerOptions {
  /**
   * True for a timer that only limits how long something may take. A virtual clock lets work in flight settle before it
   * fires a deadline.
   * @defaultValue false
   */
  readonly deadline?: boolean;
  /**
   * True for a timer that measures a length of time rather than waiting for an instant: when the wall clock is set back,
   * the timer is moved along.
   * @defaultValue the same as `deadline`
   */
  readonly elapsed?: boolean;
}

/**
 * The one source of time: ticks, deadlines and sleeps all ask it. Inject it instead of reading `Date.now()` or arming
 * `setTimeout`, and a test can put hours into milliseconds.
 */
export abstract class Clock {
  /** Milliseconds since the epoch. */
  abstract now(): number;

  /**
   * Calls `fn` once, when {@link now} has reached `when` (epoch milliseconds; at once, but not synchronously, when that is
   * in the past). It may be any time ahead. A wall clock that jumps moves the timer with it.
   */
  abstract at(when: number, fn: () => void, options?: ClockTimerOptions): ClockTimer;
}
