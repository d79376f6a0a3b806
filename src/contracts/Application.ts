import type { Container } from 'inversify';

import type { ApplicationEvents } from './ApplicationEvents';
import type { Availability } from './Availability';
import type { BootPlan } from './BootPlan';
import type { ExitReport } from './ExitReport';
import type { RunQuery } from './RunLedger';
import type { RunRecord } from './RunRecord';
import type { PauseOptions, ResumeOptions, ScheduleExplanation } from './Scheduler';
import type { ApplicationHealth, ApplicationStatus } from './status';
import type { BackgroundDaemonEntry, ListenerEntry } from './entries';

/** The entries of one kind, by name, in registration order. */
export interface Registry<E extends ListenerEntry> {
  /** `undefined` on a miss. */
  get(name: string): E | undefined;
  has(name: string): boolean;
  /** A snapshot, in registration order. */
  list(): readonly E[];
  /** The one instance, from the container. @throws UnknownListenerError */
  resolve<T extends object = object>(name: string): T;
}

/** What the coordinator says to the outside. */
export interface Coordinator {
  /** An entry with a flag says; without an entry, or when the look-up throws, a failed startup is fatal. */
  isStartupFailureFatal(name: string): boolean;
}

/**
 * One application: its container, its listeners, its life. Injected by this class it can be asked and told from inside,
 * without ordering anything.
 */
export abstract class Application {
  abstract readonly name: string;
  abstract readonly plan: BootPlan;
  abstract readonly container: Container;
  abstract readonly listeners: Registry<ListenerEntry>;
  abstract readonly daemons: Registry<BackgroundDaemonEntry>;
  abstract readonly coordinator: Coordinator;
  abstract readonly events: ApplicationEvents;

  /**
   * Starts the listeners in the plan's order; resolves when the boot is decided. Concurrent callers share the promise.
   * @throws BootError after a fatal failure, with everything started stopped again.
   * @throws BootCancelledError when the application was stopped before the boot was decided.
   */
  abstract start(): Promise<void>;

  /**
   * Stops the application: drain, then shutdown, newest first. Idempotent; concurrent callers share one stop. Never
   * rejects. Called from inside a hook it starts the stop, warns, and settles once the stop has begun.
   */
  abstract stop(reason?: string): Promise<ExitReport>;

  /**
   * Starts, waits for `stop()` or `requestShutdown(reason)`, stops.
   * @throws BootError
   */
  abstract run(): Promise<ExitReport>;

  abstract requestShutdown(reason: string): void;

  abstract status(): ApplicationStatus;
  abstract health(): Promise<ApplicationHealth>;

  /** Oldest first. @throws UnknownListenerError, UnknownTaskError */
  abstract runs(name: string, query?: RunQuery): readonly RunRecord[];

  /** What happened at `at`, or will, one answer a task. @throws UnknownListenerError */
  abstract explain(name: string, at: Date | string | number): readonly ScheduleExplanation[];

  /**
   * Runs a task once now and resolves with its record. Without `task` it means `tick`, else the only task.
   * @throws NotRunningError unless that listener is running; UnknownListenerError, UnknownTaskError, AmbiguousTaskError
   */
  abstract trigger(name: string, task?: string): Promise<RunRecord>;

  abstract pause(name: string, options: PauseOptions): void;
  abstract resume(name: string, options?: ResumeOptions): void;

  /** @throws UnknownListenerError */
  abstract availability<T extends object = object>(name: string): Availability<T>;
}
