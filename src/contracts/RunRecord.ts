import type { SerializedError } from './SerializedError';

/** The cause of a run: its due moment, earlier due moments that were missed, or an operator. */
export type RunTrigger = 'schedule' | 'catch-up' | 'manual';

/**
 * The end of a run; `skipped` is a due moment without one. `lost`: the process of a run of cluster scope died, or lost its
 * lease, so that nobody knows how the run ended.
 */
export type RunOutcome = 'succeeded' | 'failed' | 'timed_out' | 'cancelled' | 'skipped' | 'lost';

/**
 * Why a due moment was skipped; when several apply, the first in this order. `dependency`: a listener that the daemon needs
 * did not run. `unreachable`: it was missed while the application was not running, and could not be made up, because that
 * cannot be saved; or, with cluster scope, the cluster engine was away from this process.
 */
export type SkipReason = 'draining' | 'paused' | 'dependency' | 'overlap' | 'missed' | 'unreachable';

/** A process of an application. */
export interface RunProcess {
  /** The `sessionId` of its status. */
  readonly sessionId: string;
  /** The name of its machine. */
  readonly host: string;
  /** Its process id on that machine. */
  readonly pid: number;
}

/** The one record that every due moment, and every manual run, leaves. Plain JSON; instants are ISO text. */
export interface RunRecord {
  /** Unique. */
  readonly runId: string;
  /**
   * The key to store when the work must be idempotent: `<listener>.<task>@<scheduledAt>`, or
   * `<listener>.<task>@manual:<runId>` for a manual run.
   */
  readonly tickId: string;
  /** The name of the listener. */
  readonly listener: string;
  /** The name of the task. */
  readonly task: string;
  /** The cause of the run. */
  readonly trigger: RunTrigger;
  /** The nominal due moment, without jitter; for a manual run, when it was asked for. */
  readonly scheduledAt: string;
  /** When the handler was called; absent when the due moment was skipped. */
  readonly startedAt?: string;
  /** When the outcome was decided; absent while the run is in flight, and when the due moment was skipped. */
  readonly finishedAt?: string;
  /** Absent while the run is in flight. */
  readonly outcome?: RunOutcome;
  /** Present when the due moment was skipped. */
  readonly reason?: SkipReason;
  /**
   * In words, who or what the due moment was skipped for: `pause by kim: the disk is full`, `skip-next by kim: …`, or
   * `it needs "mail_out", which does not run`. Present with the reasons `paused` and `dependency` where that is known.
   */
  readonly detail?: string;
  /** Present when this one record stands for several missed due moments: the first, the last, and their number. */
  readonly missed?: { readonly from: string; readonly to: string; readonly count: number };
  /** The error of a run that failed or timed out, or that failed as it was cancelled. */
  readonly error?: SerializedError;
  /** The number of the start, from the second start of one due moment on; with `delivery: 'at-least-once'` only. */
  readonly start?: number;
  /** The process of the run; present in records of the history and of the cluster, absent in others of this process's ledger. */
  readonly process?: RunProcess;
}

/** Number of runs of a task by outcome since the boot. */
export interface RunCounters {
  /** Runs whose handler resolved. */
  readonly succeeded: number;
  /** Runs whose handler threw or rejected. */
  readonly failed: number;
  /** Runs that outlived their `tickTimeout`. */
  readonly timed_out: number;
  /** Runs that were aborted by a stop or by the end of their listener. */
  readonly cancelled: number;
  /** Runs of cluster scope whose process died or lost its lease, as far as this process has recorded them. */
  readonly lost: number;
  /** Skipped records; one record may stand for several missed due moments. */
  readonly skipped: number;
  /** Missed due moments, not records. */
  readonly missed: number;
}
