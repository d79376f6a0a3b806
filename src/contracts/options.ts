import type { Duration } from './Duration';

/** A listener class, abstract or not, or the name of a listener. */
export type ListenerReference = string | (abstract new (...args: never[]) => object);

/**
 * How a due moment is handled while an earlier run of the task is still in progress. `skip`: it is recorded as skipped.
 * `queue-one`: one due moment waits for the end of the run, later ones are skipped. `allow`: it runs at the same time.
 */
export type OverlapPolicy = 'skip' | 'queue-one' | 'allow';

/**
 * How due moments missed while the application was not running are handled. `skip`: they are dropped. `run-once`: one
 * run makes up for all of them.
 */
export type MisfirePolicy = 'skip' | 'run-once';

/**
 * The effect of a task that has not succeeded for `mustSucceedWithin`. `degraded`: the application is degraded. `unready`: it
 * is not ready either. `unlive`: it is neither ready nor live, so that its supervisor restarts the process; live all the same while
 * an operator has the task paused or its schedule off, since a restart would not help.
 */
export type FreshnessEffect = 'degraded' | 'unready' | 'unlive';

/**
 * The processes that a task or a `run` body belongs to. `process`: each process runs it. `cluster`: all processes of the
 * application share it, so that one of them runs each due moment.
 */
export type ScopePolicy = 'process' | 'cluster';

/**
 * How often a due moment of a task of cluster scope is started. `at-most-once`: a run that fails, or whose process dies, is
 * not repeated. `at-least-once`: it is started again, in any process, until it has succeeded or `maxStarts` is reached.
 */
export type DeliveryPolicy = 'at-most-once' | 'at-least-once';

/**
 * `fixed-rate`: the interval counts from due moment to due moment. `fixed-delay`: from the end of a run to the next.
 */
export type ScheduleMode = 'fixed-rate' | 'fixed-delay';

/**
 * Options of how one task runs. On the class they apply to `tick`, and to each `@PeriodicTask` that leaves them out.
 */
export interface TaskPolicyOptions {
  /**
   * The time from the end of the boot to the first due moment of an interval; `0` means as soon as the boot is decided.
   * @defaultValue one full interval
   */
  readonly initialDelay?: Duration;
  /**
   * The maximum random delay added to each due moment: a duration, or a percentage of the time between due moments. The
   * schedule itself does not shift. @defaultValue none
   */
  readonly jitter?: Duration | `${number}%`;
  /** How a due moment is handled while an earlier run is in progress. @defaultValue `'skip'` */
  readonly overlap?: OverlapPolicy;
  /**
   * How due moments missed while the application was not running are handled. `'run-once'` remembers the next due
   * moment across restarts in `state.directory`. @defaultValue `'skip'`
   */
  readonly misfire?: MisfirePolicy;
  /**
   * The processes that share the task. With `'cluster'` one process of the application runs each due moment, by the cluster
   * engine, which `misfire` then needs in place of `state.directory`; on the class it holds for a `run` body as well: one
   * process at a time runs it. Excludes `fixed-delay` and `initialDelay`. @defaultValue `'process'`
   */
  readonly scope?: ScopePolicy;
  /** With cluster scope: how often a due moment is started. @defaultValue `'at-most-once'` */
  readonly delivery?: DeliveryPolicy;
  /** With `delivery: 'at-least-once'`: the largest number of starts of one due moment, 2 to 100. @defaultValue 3 */
  readonly maxStarts?: number;
  /** The maximum time of a run. Then its signal is aborted and `commit` throws. @defaultValue `'5m'` */
  readonly tickTimeout?: Duration;
  /** At the stop, the time that a run in progress gets to finish before its signal is aborted. @defaultValue `0` */
  readonly drainTimeout?: Duration;
  /**
   * The longest time without a success, counted from the last one, else from the opening of ticks; it stands still while the
   * task is paused. After that the task is stale, until it succeeds. @defaultValue none: it is never stale
   */
  readonly mustSucceedWithin?: Duration;
  /** The effect of a stale task. @defaultValue `'degraded'` */
  readonly freshness?: FreshnessEffect;
}

/** A schedule by interval. */
export interface IntervalScheduleOptions {
  /** The time between due moments: at least 10 ms, of any length. @defaultValue none: not scheduled */
  readonly interval: Duration;
  /** Where the interval counts from. @defaultValue `'fixed-rate'` */
  readonly mode?: ScheduleMode;
  /** Excluded by `interval`. */
  readonly cron?: never;
  /** Only for `cron`. */
  readonly timeZone?: never;
}

/** A schedule by cron pattern. */
export interface CronScheduleOptions {
  /**
   * A cron pattern with 5, 6 (seconds first) or 7 (year last) fields, or a nickname such as `@daily`. `@every 5m` is an
   * interval.
   */
  readonly cron: string;
  /** The IANA time zone of the pattern. @defaultValue `'UTC'` */
  readonly timeZone?: string;
  /** A cron pattern is always at a fixed rate. */
  readonly mode?: 'fixed-rate';
  /** Excluded by `cron`. */
  readonly interval?: never;
}

/** No schedule in code: the class is event-driven, or the configuration gives the schedule. */
export interface NoScheduleOptions {
  /** Not given here. */
  readonly interval?: never;
  /** Not given here. */
  readonly cron?: never;
  /** The time zone of a `cron` that the configuration gives. @defaultValue `'UTC'` */
  readonly timeZone?: string;
  /** The mode of an `interval` that the configuration gives. @defaultValue `'fixed-rate'` */
  readonly mode?: ScheduleMode;
}

type ScheduleOptions = IntervalScheduleOptions | CronScheduleOptions | NoScheduleOptions;

/** The number of restarts after which a listener that fails again is given up. */
export interface RestartLimit {
  /** The largest number of restarts, from 1. */
  readonly restarts: number;
  /** The time in which they are counted. */
  readonly within: Duration;
}

/** How a listener that failed is started again. Each value that is left out has its default. */
export interface RestartOptions {
  /** The time until the first restart, at least 10 ms; it doubles with each failure in a row. @defaultValue `'1s'` */
  readonly delay?: Duration;
  /** The longest delay, at least `delay`. @defaultValue `'1m'`, or `delay` if that is longer */
  readonly maxDelay?: Duration;
  /**
   * The maximum random time added to each delay: a percentage of the delay, or a duration, which needs its unit here.
   * @defaultValue `'20%'`
   */
  readonly jitter?: Exclude<Duration, number> | 0 | `${number}%`;
  /** The time of running after which a failure begins with `delay` again. @defaultValue `'10m'` */
  readonly resetAfter?: Duration;
  /**
   * When to give up; `'none'` never does. A fatal listener that is given up stops the application with exit code 1.
   * @defaultValue `'none'`; of a fatal listener 5 restarts within 10 minutes
   */
  readonly limit?: RestartLimit | 'none';
}

/**
 * Whether a listener that dies, or whose startup fails, is started again: its `startup` is called again on the same
 * instance. `'on-failure'` stands for {@link RestartOptions} with every default.
 */
export type RestartOption = 'never' | 'on-failure' | RestartOptions;

/** Options that every listener has. */
export interface ListenerOptions {
  /**
   * The name: unique in the application, of the form `[a-z][a-z0-9]*(_[a-z0-9]+)*`.
   * @defaultValue the class name in snake_case, without a `Listener` or `Daemon` suffix
   */
  readonly name?: string;
  /** The maximum time of `startup`; then it has failed. @defaultValue `'30s'` */
  readonly startupTimeout?: Duration;
  /** The maximum time of `shutdown`; then the stop goes on without it. @defaultValue `'10s'` */
  readonly shutdownTimeout?: Duration;
  /** Listeners that this one needs, in addition to those it injects. @defaultValue `[]` */
  readonly dependsOn?: readonly ListenerReference[];
  /**
   * Listeners that start before this one if they are there; their failure or absence does not block it. Listing an
   * injected listener here makes that dependency a soft one, too. @defaultValue `[]`
   */
  readonly wants?: readonly ListenerReference[];
  /**
   * Whether it is started again when it fails. A fatal startup failure during the boot is never retried.
   * @defaultValue `'never'`
   */
  readonly restart?: RestartOption;
  /**
   * `true`: its tasks go on while the whole application is paused, as those of what watches and serves must.
   * @defaultValue `false`
   */
  readonly essential?: boolean;
}

/** Options of a daemon other than its schedule. */
export interface DaemonPolicyOptions extends ListenerOptions, TaskPolicyOptions {
  /** `true`: a failed startup aborts the boot, and a death stops the application. @defaultValue `false` */
  readonly fatalOnStartupFailure?: boolean;
  /** Tags for selecting listeners on the command line: `--only tag:mail`. @defaultValue `[]` */
  readonly tags?: readonly string[];
}

/** The options of a daemon whose `tick` is scheduled. */
export type ScheduledDaemonOptions = DaemonPolicyOptions & (IntervalScheduleOptions | CronScheduleOptions);

/** The options of a daemon whose `tick`, if it has one, is not scheduled in code. */
export type EventDrivenDaemonOptions = DaemonPolicyOptions & NoScheduleOptions;

/** The options of `@BackgroundDaemon`. */
export type BackgroundDaemonOptions = ScheduledDaemonOptions | EventDrivenDaemonOptions;

/** The options of `@PeriodicTask`. Those left out are taken from `@BackgroundDaemon`. */
export type PeriodicTaskOptions = TaskPolicyOptions &
  ScheduleOptions & {
    /** The task's name, unique in the daemon. @defaultValue the method's name in snake_case */
    readonly name?: string;
  };
