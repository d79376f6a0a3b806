import type { TickContext } from './contexts';
import type { PeriodicTaskSpec } from './entries';
import type { RunRecord } from './RunRecord';
import type { PauseInfo } from './status';

/** A task, and how to call it. */
export interface ScheduledTask {
  readonly listener: string;
  readonly spec: PeriodicTaskSpec;
  /** Calls the task's method on the listener's instance. */
  readonly call: (context: TickContext) => unknown;
}

export interface PauseOptions {
  /** Resumes by itself then. @defaultValue until `resume` */
  readonly until?: Date | string;
  readonly reason: string;
  /** Who pauses. */
  readonly by: string;
  /** @defaultValue every task of the listener */
  readonly task?: string;
}

export interface ResumeOptions {
  readonly by?: string;
  readonly reason?: string;
  /** @defaultValue every task of the listener */
  readonly task?: string;
}

export type ExplanationVerdict =
  /** That instant is a due moment that left a record. */
  | 'recorded'
  /** That instant is a due moment in the future. */
  | 'will-run'
  /** That instant was a due moment, and its record is not kept any more, or ticks were not open. */
  | 'not-recorded'
  /** That instant is no due moment of the schedule. */
  | 'not-due'
  /** The task runs only when it is triggered. */
  | 'manual';

/** What happened to a task at an instant, or will, and why. */
export interface ScheduleExplanation {
  readonly listener: string;
  readonly task: string;
  /** ISO text. */
  readonly at: string;
  readonly verdict: ExplanationVerdict;
  /** One sentence for people. */
  readonly text: string;
  readonly record?: RunRecord;
  readonly previousDueAt?: string;
  readonly nextDueAt?: string;
}

/** What a scheduler says of one task. */
export interface ScheduledTaskState {
  readonly nextRunAt?: string;
  readonly pause?: PauseInfo;
}

/**
 * Turns schedules into runs. It owns when, overlap, misfire, timeout, pause and the records; it does not know how a
 * listener starts or stops. An engine over several processes stands behind the same contract.
 */
export interface Scheduler {
  /**
   * Reads what is remembered of due moments. Called once, while the boot goes on.
   * @throws when it cannot be read, which is a failure of the boot.
   */
  prepare(): Promise<void>;

  /** Begins to keep due moments: the current instant anchors intervals. Called once, when the boot is decided. */
  open(tasks: readonly ScheduledTask[]): void;

  /**
   * Runs the task once now: ignores a pause, obeys overlap, does not move the schedule.
   * @returns the record, as soon as it is decided: a run that has timed out is not waited for.
   */
  trigger(listener: string, task: string): Promise<RunRecord>;

  /** Drops a queued run, leaves a running one. */
  pause(listener: string, options: PauseOptions): void;
  resume(listener: string, options?: ResumeOptions): void;

  /** No run begins any more; due moments that pass are recorded as `draining`. Runs in flight go on. */
  halt(): void;

  /**
   * {@link halt}, and resolves when every run that has a
   * `drainTimeout` has settled or used it up, at `deadline` (epoch ms) at the latest. A run without one is aborted at once.
   */
  drain(deadline: number, reason: Error): Promise<void>;

  /**
   * Ends the tasks of one listener: no due moment is kept any more, runs in flight are aborted with `reason`. Resolves
   * when they have settled; the caller limits how long it waits. A run still in flight then is recorded as `cancelled`
   * by {@link abandon}.
   */
  closeListener(listener: string, reason: Error): Promise<void>;

  /** Decides the record of runs that outlived {@link closeListener}. */
  abandon(listener: string): void;

  /** Resolves when what is remembered is written. Nothing is scheduled afterwards. */
  close(): Promise<void>;

  /** True while a run of that listener has outlived its timeout and has not settled. */
  isStuck(listener: string): boolean;

  state(listener: string, task: string): ScheduledTaskState;

  explain(listener: string, at: Date): readonly ScheduleExplanation[];
}
