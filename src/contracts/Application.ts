import type { Container } from 'inversify';

import type { ApplicationEvents } from './ApplicationEvents';
import type { Availability } from './Availability';
import type { BootPlan } from './BootPlan';
import type { DeadLetter, DeadLetterQuery } from './DeadLetter';
import type { ExitReport } from './ExitReport';
import type { OperateRequest, OperateResult, OperatorIntent } from './Operation';
import type { SavedTimeline } from './SavedTimeline';
import type { RunHistory } from './RunHistory';
import type { RunQuery } from './RunLedger';
import type { RunRecord } from './RunRecord';
import type { PauseOptions, ResumeOptions, ScheduleExplanation } from './Scheduler';
import type { ApplicationHealth, ApplicationLiveness, ApplicationStatus } from './status';
import type { BackgroundDaemonEntry, ListenerEntry } from './entries';

/** Entries by name, in registration order. They are frozen, and fixed once the plan is made. */
export interface Registry<E extends ListenerEntry> {
  /** The entry of that name, or undefined when there is none. */
  get(name: string): E | undefined;
  /** True when there is an entry of that name. */
  has(name: string): boolean;
  /** All entries, in registration order. */
  list(): readonly E[];
  /**
   * The one instance of the listener, from the container, which constructs it if that has not happened yet.
   * @throws UnknownListenerError
   */
  resolve<T extends object = object>(name: string): T;
}

/** Starts and stops the listeners. */
export interface Coordinator {
  /**
   * True if a failed startup of `name` aborts the boot: the entry's flag, or true when there is no entry or the lookup
   * throws.
   */
  isStartupFailureFatal(name: string): boolean;
}

/** A restart that an operator asks for. */
export interface RestartRequest {
  /** Why; told to the shutdown hook and the event. */
  readonly reason: string;
  /** The person or program that restarts; given to the event. */
  readonly by: string;
}

/**
 * One application: its container, its listeners, its life. A listener may inject it by this class; that adds no edge to
 * the start order.
 */
export abstract class Application {
  /** The name given to `createApplication`. */
  abstract readonly name: string;
  /** The order, the schedules and the effective values, as decided before anything is constructed. */
  abstract readonly plan: BootPlan;
  /** The container that every listener and service is resolved from. */
  abstract readonly container: Container;
  /** Every listener, the background daemons among them. */
  abstract readonly listeners: Registry<ListenerEntry>;
  /** The background daemons: how each one is run. */
  abstract readonly daemons: Registry<BackgroundDaemonEntry>;
  /** Starts and stops the listeners. */
  abstract readonly coordinator: Coordinator;
  /** Announces everything that happens. */
  abstract readonly events: ApplicationEvents;
  /** The runs of this and of earlier processes, if the section `history` is configured. */
  abstract readonly history: RunHistory;

  /**
   * Starts the listeners in the plan's order; resolves when the boot is decided. Concurrent callers share the promise.
   * @throws BootError after a fatal failure; everything that had started is stopped again by then.
   * @throws BootCancelledError when the application was stopped before the boot was decided, or has been stopped since.
   */
  abstract start(): Promise<void>;

  /**
   * Stops the application: ticks drain, then the listeners are shut down, newest first. Idempotent; concurrent callers
   * share one stop, and the first reason is kept. Never rejects. Called from inside a hook it begins the stop, logs a
   * warning, and resolves at once with the report as it stands.
   */
  abstract stop(reason?: string): Promise<ExitReport>;

  /**
   * Starts the application and resolves with its report once it has stopped, also when it was stopped during the boot.
   * @throws BootError after a fatal failure.
   */
  abstract run(): Promise<ExitReport>;

  /** Asks the application to stop, and returns at once. The first reason is kept. */
  abstract requestShutdown(reason: string): void;

  /** The state of the application and of each listener. */
  abstract status(): ApplicationStatus;

  /** Asks the `health` hooks of the running listeners, and resolves with all answers after 2 s at the latest. */
  abstract health(): Promise<ApplicationHealth>;

  /** Whether it lives. Asks no hook: a slow dependency is no reason to restart a process. */
  abstract liveness(): ApplicationLiveness;

  /** The kept runs of a listener, oldest first. @throws UnknownListenerError, UnknownTaskError */
  abstract runs(name: string, query?: RunQuery): readonly RunRecord[];

  /**
   * Explains for each task of a listener what happened, or will happen, at an instant; for earlier processes, and runs
   * that `runs` has no more, from the history if there is one.
   * @throws UnknownListenerError, InvalidInstantError; StateError if the history cannot be read
   */
  abstract explain(name: string, at: Date | string | number): Promise<readonly ScheduleExplanation[]>;

  /**
   * The dead letters of the tasks of cluster scope of a listener, the newest first, as the cluster has them: those that
   * any process has dismissed, or run again with success, are no more.
   * @throws UnknownListenerError, UnknownTaskError; NotRunningError while the listener has no task scheduled here;
   * ClusterUnreachableError
   */
  abstract deadLetters(name: string, query?: DeadLetterQuery): Promise<readonly DeadLetter[]>;

  /**
   * Runs a task once now and resolves with its record. Without `task` it means `tick`, else the only task. Ignores a
   * pause, obeys `overlap`, and does not move the schedule.
   * @throws NotRunningError unless that listener is running; UnknownListenerError, UnknownTaskError, AmbiguousTaskError
   */
  abstract trigger(name: string, task?: string): Promise<RunRecord>;

  /**
   * Skips due moments until `until`, or until `resume`. Drops a queued run, and leaves a running one. Short for
   * {@link operate} with `pause`: it survives a restart where the application has a state database.
   * @throws as `operate`.
   */
  abstract pause(name: string, options: PauseOptions): Promise<OperateResult>;

  /** Ends a pause. Short for {@link operate} with `resume`. @throws as `operate`. */
  abstract resume(name: string, options?: ResumeOptions): Promise<OperateResult>;

  /**
   * Carries out what an operator asks for: pause, resume, trigger, restart, reschedule, skip a due moment, set a log level,
   * and reset what was set. What is set is an intent, and outranks the configuration until it is reset, or over. Resolves
   * once it is done and, with a state database, written; a `trigger` once its run is decided. Emits `operator.acted` or
   * `operator.refused`.
   *
   * @throws OperationInvalidError with everything that is wrong; IntentOverruledError when a program wants to lift what a
   * person has set; UnknownListenerError, UnknownTaskError, AmbiguousTaskError; NotRunningError; StateError when it cannot be
   * written, and was not done.
   */
  abstract operate(request: OperateRequest): Promise<OperateResult>;

  /**
   * Returns a text without the secrets of the settings, such as the message of an error that is shown elsewhere than in the log.
   * Secrets are removed before a text is cut: `messageOf(error, (text) => application.redact(text))`.
   */
  abstract redact(text: string): string;

  /**
   * Announces as `operator.refused` a change that was refused before {@link operate} could be asked, such as by the guard of a
   * server. What it has of a request is told, and may be nonsense: texts are cut, and without secrets.
   */
  abstract refused(request: Partial<OperateRequest> & { readonly value?: string }, error: Error): void;

  /** Everything that operators have set, oldest first, and the end of the last pause of the whole application. */
  abstract intents(): readonly OperatorIntent[];

  /**
   * Shuts a listener down and starts it again: one that runs, that waits for its restart, or that has failed for good.
   * Without a delay, and not counted among its restarts. Resolves when it runs; calls that come while it is being started
   * share that start. Called from inside a hook of the listener it begins the restart, logs a warning, and resolves at once.
   * @throws RestartError when it is disabled or blocked, or fails to start; NotRunningError unless the application runs;
   * UnknownListenerError
   */
  abstract restart(name: string, request: RestartRequest): Promise<void>;

  /**
   * How the run before this one began and ended, by the state database: without `stop` if its process was ended from outside.
   * Undefined before the boot is decided, and where no earlier run is known.
   */
  abstract previousRun(): Promise<SavedTimeline | undefined>;

  /** The availability of a listener, as `@Available` injects it. @throws UnknownListenerError */
  abstract availability<T extends object = object>(name: string): Availability<T>;
}
