import type { RunRecord } from './RunRecord';
import type { ClusterIntentChange, ClusterIntents, ClusterState, ClusterTaskHandle } from './ClusterEngine';
import type { PeriodicTaskSpec, TaskSchedule } from './entries';
import type { OperatorKind } from './Operation';
import type { PauseInfo } from './status';

/** A pause of one task of a listener, or of all. */
export interface PauseOptions {
  /** When it ends by itself, as in `OperateRequest.until`. @defaultValue it lasts until `resume` */
  readonly until?: Date | string;
  /** Why; shown in the status. */
  readonly reason: string;
  /** The person or program that pauses; shown in the status. */
  readonly by: string;
  /** The name of the task. @defaultValue every task of the listener */
  readonly task?: string;
  /** Whether a person pauses or a program, which cannot lift what a person has set. @defaultValue `'automation'` */
  readonly kind?: OperatorKind;
}

/** The end of a pause of one task of a listener, or of all. */
export interface ResumeOptions {
  /** The person or program that resumes; given to the event. @defaultValue `'the application'` */
  readonly by?: string;
  /** Why; given to the event. @defaultValue `'resume() was called'` */
  readonly reason?: string;
  /** The name of the task. @defaultValue every task of the listener */
  readonly task?: string;
  /** Whether a person resumes or a program, which cannot lift what a person has set. @defaultValue `'automation'` */
  readonly kind?: OperatorKind;
}

/** The answer about one instant of a task. */
export type ExplanationVerdict =
  /** A record of that instant is kept. */
  | 'recorded'
  /** The instant is a due moment in the future. */
  | 'will-run'
  /** The instant is a due moment in the future, and will be skipped, as things are: `text` says why. */
  | 'will-be-skipped'
  /** The instant is a due moment without a record: it is no longer kept, ticks are or were not open, or the cluster engine that may have it is away. */
  | 'not-recorded'
  /** The instant is no due moment of the schedule. */
  | 'not-due'
  /** The task runs only when it is triggered. */
  | 'manual';

/** Explains what happened, or will happen, to a task at an instant. Instants are ISO text. */
export interface ScheduleExplanation {
  /** The name of the listener. */
  readonly listener: string;
  /** The name of the task. */
  readonly task: string;
  /** The instant asked about. */
  readonly at: string;
  /** The answer in one word. */
  readonly verdict: ExplanationVerdict;
  /** One sentence for people. */
  readonly text: string;
  /** The newest record that stands for the instant. */
  readonly record?: RunRecord;
  /** The last due moment before the instant. */
  readonly previousDueAt?: string;
  /** The first due moment after the instant. */
  readonly nextDueAt?: string;
}

/** A due moment that an operator skips. */
export interface SkippedMoment {
  /** The instant, in epoch milliseconds. Where the schedule has changed by then, it is the first due moment from there on. */
  readonly at: number;
  /** The person or program that skips it. */
  readonly by: string;
  /** Why. */
  readonly reason: string;
}

/** A hold of an operator on the due moments of a task that is over: those in it are still not wanted. Epoch milliseconds. */
export interface EndedHold {
  /** The first instant that it held. */
  readonly from: number;
  /** The first instant that it no longer held. */
  readonly to: number;
  /** The act that set it. */
  readonly what: 'pause' | 'skip-next' | 'reschedule';
  /** The person or program that set it. */
  readonly by: string;
  /** Why. */
  readonly reason: string;
}

/** The state of a scheduled task. */
export interface ScheduledTaskState {
  /** The next due moment that will be kept, as ISO text; absent when there is none. */
  readonly nextRunAt?: string;
  /** Present while the task is paused. */
  readonly pause?: PauseInfo;
  /** Number of runs whose handlers have not returned; absent when there is none. */
  readonly inFlight?: number;
  /** Present when it is another one than the task was declared with. */
  readonly schedule?: TaskSchedule;
  /** The state in the cluster, of a task of cluster scope. */
  readonly cluster?: ClusterState;
}

/**
 * Turns schedules into runs. It owns due moments, overlap, misfire, timeouts, pauses and records; it does not know how a
 * listener starts or stops. A scheduler over several processes can implement the same contract.
 */
export interface Scheduler {
  /**
   * Reads the due moments that were saved before a restart. Called once, when the state database is open, before the first
   * listener starts.
   * @throws when they cannot be read, which fails the boot.
   */
  prepare(): Promise<void>;

  /**
   * Begins to keep the due moments of the daemons that run: intervals count from now. Called once, when the boot is
   * decided.
   *
   * @param hooksOf - returns the object whose methods the tasks of a daemon call, or undefined if the daemon does not run.
   */
  open(hooksOf: (listener: string) => object | undefined): void;

  /**
   * Begins to keep the due moments of one daemon, which has come up after {@link open}: intervals count from now. Pauses
   * from before its {@link closeListener} hold. Does nothing for a listener without tasks.
   *
   * @param hooks - the object whose methods its tasks call.
   */
  openListener(listener: string, hooks: object): void;

  /**
   * Runs nothing of a daemon until {@link release}, because a listener that it needs does not run: due moments are skipped
   * as `dependency`, a queued run is dropped, and a running one goes on.
   *
   * @param need - the listener that does not run.
   */
  withhold(listener: string, need: string): void;

  /** Ends what {@link withhold} began. */
  release(listener: string): void;

  /**
   * Runs the task once now: ignores a pause, obeys overlap, does not move the schedule.
   * @returns the record, as soon as its outcome is decided: the handler of a run that has timed out is not waited for.
   * @throws NotRunningError when no task of that listener is scheduled; UnknownTaskError
   */
  trigger(listener: string, task: string): Promise<RunRecord>;

  /**
   * Skips the due moments of a task until {@link resume}; a later pause replaces an earlier one. Drops a queued run, and
   * leaves a running one. A task that is not scheduled yet is paused from its first due moment.
   */
  pause(listener: string, task: string, pause: PauseInfo): Promise<void>;

  /** Ends the pause of a task. */
  resume(listener: string, task: string): Promise<void>;

  /**
   * Gives a task another schedule, which begins now. Its overlap policy, its history and a run in flight stay as they are.
   *
   * @param spec - the task with its new schedule.
   * @param since - when it was given that, in epoch milliseconds, if that was before this process. @defaultValue now
   */
  replace(listener: string, spec: PeriodicTaskSpec, since?: number): Promise<void>;

  /** Skips one due moment of a task, or no longer does. */
  skipNext(listener: string, task: string, skip: SkippedMoment | undefined): Promise<void>;

  /**
   * Skips the due moments of a task that fell into a hold which is over, and that are decided only now: they were delayed, or
   * missed while the process or the listener was down.
   */
  held(listener: string, task: string, hold: EndedHold): void;

  /**
   * Makes up, from a time on, what the configured schedule of a task had due while the process was down: until then, an
   * operator had given it another one. Called before the task is scheduled.
   *
   * @param since - epoch milliseconds.
   */
  holdsAgain(listener: string, spec: PeriodicTaskSpec, since: number): void;

  /**
   * The next due moments of a task that will be kept, in epoch milliseconds; undefined where nobody knows yet: a task that
   * is not scheduled, or one whose next due moment counts from the end of a run in flight.
   */
  dueMoments(listener: string, task: string, most: number): readonly number[] | undefined;

  /**
   * Sets or lifts what operators want for a task of cluster scope, in every process.
   * @param kind - of who asks for it.
   * @returns what persons have set and a program may not lift, in which case nothing is changed; else `{}`.
   * @throws NotRunningError, UnknownTaskError, ClusterUnreachableError
   */
  share(listener: string, task: string, change: ClusterIntentChange, kind: OperatorKind): Promise<ClusterIntents>;

  /** A task of cluster scope, in the cluster; undefined for any other, and for one that is not scheduled. */
  shared(listener: string, task: string): ClusterTaskHandle | undefined;

  /** Now by the clock of the cluster's store, in epoch milliseconds; undefined while no task of cluster scope is scheduled. */
  readonly storeNow: number | undefined;

  /** Why no task of cluster scope runs; undefined while they do, and when there is none. */
  readonly clusterComplaint: string | undefined;

  /** Begins no further run; due moments that pass are recorded as `draining`. Runs in flight go on. */
  halt(): void;

  /**
   * Calls {@link halt}, and resolves when every run that has a `drainTimeout` has settled or used it up, at `deadline`
   * (epoch ms) at the latest. A run whose time is over is aborted with `reason`; a run without a `drainTimeout`, at once.
   * Returns undefined when there is none to wait for.
   */
  drain(deadline: number, reason: Error): Promise<void> | undefined;

  /**
   * Ends the tasks of one listener, until {@link openListener}: no due moment is kept, and runs in flight are aborted with
   * `reason`. Resolves
   * when they have settled, however long that takes: a caller that gives up waiting calls {@link abandon}. Returns
   * undefined when none is in flight.
   */
  closeListener(listener: string, reason: Error): Promise<void> | undefined;

  /** Records the runs of a listener that are still in flight after {@link closeListener} as `cancelled`. */
  abandon(listener: string): void;

  /** Ends every task. */
  close(): void;

  /** True while a run of that listener, or of any if none is named, has outlived its timeout and has not settled. */
  isStuck(listener?: string): boolean;

  /** The next due moment, the pause and the runs in flight of a task; empty for a task that is not scheduled. */
  state(listener: string, task: string): ScheduledTaskState;

  /** Explains an instant for each task of a listener; empty when none of them is scheduled. */
  explain(listener: string, at: Date): readonly ScheduleExplanation[];
}
