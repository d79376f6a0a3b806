/** What one cycle of the notifier did, in numbers of alerts. */
export interface CycleOutcome {
  readonly active: number;
  /** Neither announced nor acknowledged before. */
  readonly fresh: number;
  /** Announced before, and over. */
  readonly resolved: number;
  /** Messages that were sent, by channel. */
  readonly slack: number;
  readonly email: number;
  /** Messages that could not be sent: their alerts are announced again after the cooldown. */
  readonly errors: number;
  readonly deferred: number;
  readonly queued: number;
  /** One summary stood for all of them. */
  readonly burst: boolean;
}
