/** A listener's part of a boot or a stop. Instants are epoch milliseconds. */
export interface TimelineSpan {
  /** The name of the listener. */
  readonly listener: string;
  /** When its startup or shutdown began. */
  readonly began: number;
  /** When that was over. */
  readonly ended: number;
  /** `ok`, or what became of it: `disabled`, `blocked`, `failed`, `cut`, `unfinished`. */
  readonly outcome: string;
}

/** A boot or a stop, with a span for each listener. Instants are epoch milliseconds. */
export interface TimelinePhase {
  /** When it began. */
  readonly began: number;
  /** When it was over. */
  readonly ended: number;
  /** Why the application was stopped; absent for a boot. */
  readonly reason?: string;
  /** In the order in which they began. */
  readonly spans: readonly TimelineSpan[];
}

/** How a run of an application began and ended, as the state database keeps it. Plain JSON. */
export interface SavedTimeline {
  /** The name of the application. */
  readonly application: string;
  /** Differs for every run. */
  readonly sessionId: string;
  /** Its boot, also one that failed. */
  readonly boot: TimelinePhase;
  /** Absent while it runs, and when its process was ended from outside. */
  readonly stop?: TimelinePhase;
}

/** The table that the timeline is kept in: one row. */
export const TIMELINE_TABLE = 'daemonry_timeline';
