import type { SerializedError } from './SerializedError';
import type { ListenerState } from './states';

export interface ExitReportListener {
  readonly name: string;
  readonly state: ListenerState;
  readonly startupMs?: number;
  readonly shutdownMs?: number;
  readonly error?: SerializedError;
  /** The grace was used up, so that its shutdown had one second only. */
  readonly cut?: boolean;
}

/**
 * How the application ended.
 *
 * `code` 0: clean, also when degraded · 1: a fatal startup failure, a fatal daemon that died, or an unhandled error ·
 * 3: a shutdown failed, timed out or was cut.
 */
export interface ExitReport {
  readonly code: number;
  readonly reason: string;
  /** The application had lost listeners that were not fatal. */
  readonly degraded: boolean;
  readonly error?: SerializedError;
  /** In start order. */
  readonly listeners: readonly ExitReportListener[];
  /** What failed while ordinary services were disposed. */
  readonly disposalErrors: readonly SerializedError[];
}
