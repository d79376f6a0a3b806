import type { Duration } from './Duration';

/** A class, abstract or not, or the name of a listener. */
export type ListenerReference = string | (abstract new (...args: never[]) => object);

export type OverlapPolicy = 'skip' | 'queue-one' | 'allow';
export type MisfirePolicy = 'skip' | 'run-once';
export type ScheduleMode = 'fixed-rate' | 'fixed-delay';

/** How one task is run. On the class these hold for `tick`, and for each `@PeriodicTask` that leaves them out. */
export interface TaskPolicyOptions {
  /**
   * From the opening of ticks to the first due moment of an interval; `0` = as soon as the boot is decided.
   * @defaultValue one full interval
   */
  readonly initialDelay?: Duration;
  /** `'10%'` of the gap, or a duration: at most so much is added to the due moment, not to the period. @defaultValue none */
  readonly jitter?: Duration | `${number}%`;
  /** What happens to a due moment while the run before it goes on. @defaultValue `'skip'` */
  readonly overlap?: OverlapPolicy;
  /**
   * `'run-once'`: the next due moment is remembered across restarts (`state.directory`), and whatever was missed is made
   * up by one run. @defaultValue `'skip'`
   */
  readonly misfire?: MisfirePolicy;
  /** Aborts the run's signal and revokes its right to commit. @defaultValue `'5m'` */
  readonly tickTimeout?: Duration;
  /** At stop, how long a running tick may finish before its signal is aborted. @defaultValue `0` */
  readonly drainTimeout?: Duration;
}

export interface IntervalScheduleOptions {
  /** At least 10 ms, and of any length. @defaultValue none: event-driven */
  readonly interval: Duration;
  /** `'fixed-delay'`: the interval counts from the end of a run. @defaultValue `'fixed-rate'` */
  readonly mode?: ScheduleMode;
  readonly cron?: never;
  readonly timeZone?: never;
}

export interface CronScheduleOptions {
  /** 5, 6 (seconds first) or 7 (year last) fields. */
  readonly cron: string;
  /** An IANA time zone. @defaultValue `'UTC'` */
  readonly timeZone?: string;
  readonly mode?: 'fixed-rate';
  readonly interval?: never;
}

export interface NoScheduleOptions {
  readonly interval?: never;
  readonly cron?: never;
  readonly timeZone?: string;
  readonly mode?: ScheduleMode;
}

type ScheduleOptions = IntervalScheduleOptions | CronScheduleOptions | NoScheduleOptions;

/** The default of `startupTimeout`, in milliseconds. */
export const DEFAULT_STARTUP_TIMEOUT_MS = 30_000;

/** The default of `shutdownTimeout`, in milliseconds. */
export const DEFAULT_SHUTDOWN_TIMEOUT_MS = 10_000;

export interface ListenerOptions {
  /**
   * Unique in the application; `[a-z][a-z0-9]*(_[a-z0-9]+)*`.
   * @defaultValue the class name in snake_case, without a `Listener` or `Daemon` suffix
   */
  readonly name?: string;
  /** @defaultValue `'30s'` */
  readonly startupTimeout?: Duration;
  /** @defaultValue `'10s'` */
  readonly shutdownTimeout?: Duration;
  /** Listeners this one needs, beyond what it injects. @defaultValue `[]` */
  readonly dependsOn?: readonly ListenerReference[];
  /**
   * Order without need: a wanted listener goes first, but its failure or absence does not block this one. Listing an
   * injected listener softens that edge. @defaultValue `[]`
   */
  readonly wants?: readonly ListenerReference[];
}

export interface DaemonPolicyOptions extends ListenerOptions, TaskPolicyOptions {
  /** `true`: a failed startup rolls back and aborts the boot, and a death stops the application. @defaultValue `false` */
  readonly fatalOnStartupFailure?: boolean;
  /** For selecting listeners. @defaultValue `[]` */
  readonly tags?: readonly string[];
}

/** The options of a daemon whose `tick` is scheduled. */
export type ScheduledDaemonOptions = DaemonPolicyOptions & (IntervalScheduleOptions | CronScheduleOptions);

/** The options of an event-driven daemon. */
export type EventDrivenDaemonOptions = DaemonPolicyOptions & NoScheduleOptions;

export type BackgroundDaemonOptions = ScheduledDaemonOptions | EventDrivenDaemonOptions;

export type PeriodicTaskOptions = TaskPolicyOptions &
  ScheduleOptions & {
    /** Unique in the daemon. @defaultValue the method's name in snake_case */
    readonly name?: string;
  };
