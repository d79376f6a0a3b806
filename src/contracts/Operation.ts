import type { Duration } from './Duration';
import type { LogLevel } from './ListenerLogger';
import type { RunRecord } from './RunRecord';

/** Everything that an operator can do to a running application, by `operate`. */
export const OPERATOR_ACTIONS = [
  'pause',
  'resume',
  'trigger',
  'restart',
  'reschedule',
  'reset',
  'skip-next',
  'log-level',
  'dismiss',
] as const;

/**
 * An act of an operator. `pause` skips due moments, `resume` ends that. `trigger` runs a task once now. `restart` stops a
 * listener and starts it again. `reschedule` gives a task another schedule. `skip-next` skips the next due moment of a task.
 * `log-level` sets the level of a listener, or of the application. `reset` lifts what the others have set. `dismiss` forgets
 * dead letters of a task of cluster scope, whose records stay.
 */
export type OperatorAction = (typeof OPERATOR_ACTIONS)[number];

/** A person or a program. A program cannot lift what a person has set. */
export type OperatorKind = 'human' | 'automation';

/** An act that is asked for. */
export interface OperateRequest {
  /** The act. */
  readonly action: OperatorAction;
  /**
   * The name of the listener. Left out, `pause` and `resume` concern every listener that is not `essential`, `log-level` the
   * application, and `reset` everything that operators have set; the other actions need one.
   */
  readonly listener?: string;
  /**
   * The name of a task of the listener. Left out, `pause`, `resume` and `reset` concern all of them; `trigger`, `reschedule`
   * `skip-next` and `dismiss` the `tick`, else the only one.
   */
  readonly task?: string;
  /** The person or program, up to 100 characters. */
  readonly by: string;
  /** Whether that is a person or a program. */
  readonly kind: OperatorKind;
  /** Why, up to 500 characters. */
  readonly reason: string;
  /**
   * For `pause`, `reschedule` and `log-level`: when it ends by itself: a `Date`, ISO text with its offset, or a duration from
   * now such as `'2h'`, which counts on the clock of the application; for tasks of cluster scope on that of the cluster's
   * store. @defaultValue never
   */
  readonly until?: Date | string;
  /**
   * Up to 200 characters that stand for this act: the same request again with the same `by` and `key` does nothing, and has
   * the same answer. Kept for seven days. @defaultValue none: it is done each time
   */
  readonly key?: string;
  /** For `reschedule`: the new interval, or `'off'`. */
  readonly interval?: Duration | 'off';
  /** For `reschedule`: the new cron pattern, or `'off'`. */
  readonly cron?: string;
  /** For `reschedule` with `cron`: an IANA time zone. @defaultValue `'UTC'` */
  readonly timeZone?: string;
  /** For `log-level`: the new level. */
  readonly level?: LogLevel;
  /**
   * For `dismiss`: the `tickId` of the dead letter. @defaultValue all of the task
   *
   * For `trigger` of a task of cluster scope: the dead letter that is run again, which is dismissed if the run succeeds.
   */
  readonly tickId?: string;
  /** For `pause`: a word of the caller for it, up to 50 characters, kept with the intent. */
  readonly label?: string;
}

/** Something that an operator has set. It outranks the configuration until it is lifted, or over. */
export interface OperatorIntent {
  /** The act that set it. `resume` is the end of the last pause of the whole application; it has no effect. */
  readonly action: 'pause' | 'reschedule' | 'skip-next' | 'log-level' | 'resume';
  /** The listener; absent when it concerns the whole application. */
  readonly listener?: string;
  /** The task; absent when it concerns all of the listener. */
  readonly task?: string;
  /** The value in words: a schedule, a level, the due moment that is skipped, the label of a pause. */
  readonly value?: string;
  /** The person or program. */
  readonly by: string;
  /** Whether that is a person or a program. */
  readonly kind: OperatorKind;
  /** Why. */
  readonly reason: string;
  /** Since when, as ISO text. */
  readonly since: string;
  /** When it ends by itself, as ISO text; absent when it does not. */
  readonly until?: string;
  /** False when it does not survive the end of the process, because the application has no state database. */
  readonly persisted: boolean;
}

/** The answer to an {@link OperateRequest} that was carried out. Plain JSON. */
export interface OperateResult {
  /** The act. */
  readonly action: OperatorAction;
  /** The listener; absent when it concerns the whole application. */
  readonly listener?: string;
  /** The task; absent when it concerns all of the listener. */
  readonly task?: string;
  /** The person or program. */
  readonly by: string;
  /** When it was done, as ISO text. */
  readonly at: string;
  /** The intent that is now in force, for an act that sets one. */
  readonly intent?: OperatorIntent;
  /** The intents that it has lifted or replaced. */
  readonly lifted: readonly OperatorIntent[];
  /** For `reschedule`: the next three due moments, as ISO text. For `skip-next`: the one that is skipped. */
  readonly nextDue?: readonly string[];
  /** For `trigger`: the record of the run. */
  readonly record?: RunRecord;
  /** Sentences about what the caller may not expect, such as a pause that still holds. */
  readonly notes: readonly string[];
  /** True when the act had been done before, under the same `key`: this is the answer from then. */
  readonly repeated?: true;
}
