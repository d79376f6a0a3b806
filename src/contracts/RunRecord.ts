import type { SerializedError } from './SerializedError';

/** What made a run: its due moment, due moments missed before this one, or an operator. */
export type RunTrigger = 'schedule' | 'catch-up' | 'manual';

export type RunOutcome = 'succeeded' | 'failed' | 'timed_out' | 'cancelled' | 'skipped';

/** Why a due moment was skipped; when several apply, the first in this order. */
export type SkipReason = 'draining' | 'paused' | 'overlap' | 'missed';

/** The one record that every due moment, and every manual run, leaves. Plain JSON; instants are ISO text. */
export interface RunRecord {
  readonly runId: string;
  /**
   * `<listener>.<task>@<scheduledAt>` of a due moment, `<listener>.<task>@manual:<runId>` of a manual run: the key to
   * store when the work must be idempotent.
   */
  readonly tickId: string;
  readonly listener: string;
  readonly task: string;
  readonly trigger: RunTrigger;
  /** The nominal due moment, without jitter; of a manual run, when it was asked for. */
  readonly scheduledAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Absent while the run is in flight. */
  readonly outcome?: RunOutcome;
  readonly reason?: SkipReason;
  /** The due moments this record stands for, when it stands for those that were missed. */
  readonly missed?: { readonly from: string; readonly to: string; readonly count: number };
  readonly error?: SerializedError;
}

/** How often each outcome has occurred since the boot. `missed` counts due moments, not records. */
export interface RunCounters {
  readonly succeeded: number;
  readonly failed: number;
  readonly timed_out: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly missed: number;
}
