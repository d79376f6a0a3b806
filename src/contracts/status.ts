import type { RunCounters, RunRecord } from './RunRecord';
import type { SerializedError } from './SerializedError';
import type { ApplicationState, ListenerState } from './states';

export interface PauseInfo {
  readonly since: string;
  readonly until?: string;
  readonly reason: string;
  readonly by: string;
}

export interface TaskStatus {
  readonly name: string;
  /** As people say it: `every 5m`, `cron 0 3 * * * (UTC)`, `manual`. */
  readonly schedule: string;
  readonly paused: boolean;
  readonly pause?: PauseInfo;
  readonly nextRunAt?: string;
  readonly lastRun?: RunRecord;
  readonly counters: RunCounters;
}

export interface ListenerStatus {
  readonly name: string;
  readonly state: ListenerState;
  readonly fatalOnStartupFailure: boolean;
  readonly pluginName?: string;
  readonly startedAt?: string;
  readonly startupMs?: number;
  readonly error?: SerializedError;
  /** The listener whose failure keeps this one from starting. */
  readonly blockedBy?: string;
  readonly disabledReason?: string;
  /** A run has outlived its timeout and has not settled. */
  readonly stuck?: boolean;
  readonly tasks: readonly TaskStatus[];
}

/** Where everything stands. Plain JSON; instants are ISO text. */
export interface ApplicationStatus {
  readonly name: string;
  readonly state: ApplicationState;
  readonly sessionId: string;
  readonly bootedAt?: string;
  readonly uptimeMs?: number;
  readonly shutdownReason?: string;
  /** In start order. */
  readonly listeners: readonly ListenerStatus[];
}

export interface ListenerHealth {
  readonly name: string;
  readonly status: 'up' | 'down';
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface ApplicationHealth {
  /** The boot is decided. */
  readonly started: boolean;
  /** Running or degraded, not stopping, and no `health` hook says down. */
  readonly ready: boolean;
  /** The event loop turns, or nobody would have answered. */
  readonly live: boolean;
  /** Why it is not ready, or degraded; one sentence each. */
  readonly causes: readonly string[];
  /** The answers of the listeners that have a `health` hook. */
  readonly listeners: readonly ListenerHealth[];
}
