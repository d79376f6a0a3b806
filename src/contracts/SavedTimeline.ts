/** A listener's part of a boot or a stop. Instants are epoch milliseconds. */
export interface TimelineSpan {
  readonly listener: string;
  readonly began: number;
  readonly ended: number;
  /** `ok`, or what became of it: `disabled`, `blocked`, `failed`, `cut`, `unfinished`. */
  readonly outcome: string;
}

/** A boot or a stop, with a span for each listener in the order in which they began. */
export interface TimelinePhase {
  readonly began: number;
  readonly ended: number;
  /** Why the application was stopped; absent for a boot. */
  readonly reason?: string;
  readonly spans: readonly TimelineSpan[];
}

/** How the last run of an application began and ended, as the state database keeps it. Plain JSON. */
export interface SavedTimeline {
  readonly application: string;
  readonly sessionId: string;
  readonly boot: TimelinePhase;
  /** Absent while it runs, and when its process was ended from outside. */
  readonly stop?: TimelinePhase;
}

/** The table that the timeline is kept in: one row. */
export const TIMELINE_TABLE = 'daemonry_timeline';
