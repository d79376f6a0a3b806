import type { SerializedError } from './SerializedError';
import type { ListenerState } from './states';

/** A listener at the end of its application. */
export interface ExitReportListener {
  /** The name of the listener. */
  readonly name: string;
  /** The state in which it was left. */
  readonly state: ListenerState;
  /** The listener that kept it from starting, because it did not run; present where it was left `blocked`. */
  readonly blockedBy?: string;
  /** How long its construction and startup took; absent if it never ran. */
  readonly startupMs?: number;
  /** How long its stop took; absent if it was not stopped. */
  readonly shutdownMs?: number;
  /** Why its startup, `ready` hook, `run` body or shutdown failed. */
  readonly error?: SerializedError;
  /** True when the grace was used up, so that its shutdown had one second only; absent otherwise. */
  readonly cut?: boolean;
}

/** How the application ended. Plain JSON. */
export interface ExitReport {
  /**
   * The exit code. 0: clean, also when degraded · 1: a fatal startup failure, a fatal daemon that died, or an unhandled
   * error · 3: a shutdown failed, timed out or was cut.
   */
  readonly code: number;
  /** Why the application stopped; the first reason that was given. */
  readonly reason: string;
  /** True when the application did not do all its work: it had lost listeners, or could not save what it remembers. */
  readonly degraded: boolean;
  /** Why it was degraded, one sentence each; empty when it was not. */
  readonly causes: readonly string[];
  /** The error behind exit code 1. */
  readonly error?: SerializedError;
  /** In start order. */
  readonly listeners: readonly ExitReportListener[];
  /** The errors of ordinary services that failed to be disposed. */
  readonly disposalErrors: readonly SerializedError[];
}
