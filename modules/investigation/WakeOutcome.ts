/** What a wake did about one event. */
export interface WakeOutcome {
  /** Of the event in the audit log. */
  readonly sequence: number;
  readonly dispatched: boolean;
  /**
   * Why it was not dispatched: it is none to look into, it is older than a day, it is too soon after the last of its kind, or
   * it waits for another of its kind.
   */
  readonly skipped?: 'not_investigated' | 'stale' | 'debounced' | 'buffered';
  /** So many events wait, this one included. */
  readonly buffered?: number;
  readonly engine?: 'answered' | 'fallback';
  readonly slack?: 'sent' | 'failed' | 'unavailable';
  readonly error?: string;
}
