/** What {@link Clock.at} returns. */
export interface ClockTimer {
  /** Takes the timer back. Does nothing once it has fired. */
  cancel(): void;
}

export interface ClockTimerOptions {
  /**
   * The timer only limits how long something may take. A virtual clock lets work that is in flight settle before it
   * fires a deadline.
   * @defaultValue false
   */
  readonly deadline?: boolean;
  /**
   * The timer measures a length of time, and does not wait for an instant: when the wall clock is set back it is moved
   * along.
   * @defaultValue that of `deadline`
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
   * in the past). The distance may be of any length. A wall clock that jumps moves the timer with it.
   */
  abstract at(when: number, fn: () => void, options?: ClockTimerOptions): ClockTimer;
}
