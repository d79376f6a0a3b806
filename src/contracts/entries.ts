import type { ServiceIdentifier } from 'inversify';

import type { DeliveryPolicy, FreshnessEffect, MisfirePolicy, OverlapPolicy, ScheduleMode } from './options';

/** When a task is due. A `manual` task runs only when it is triggered. */
export type TaskSchedule =
  | {
      /** Due in equal distances. */
      readonly kind: 'interval';
      /** The interval in milliseconds. */
      readonly everyMs: number;
      /** Whether the interval counts from due moment to due moment, or from the end of a run. */
      readonly mode: ScheduleMode;
      /** Milliseconds from the opening of ticks to the first due moment. */
      readonly initialDelayMs: number;
    }
  | {
      /** Due as a cron pattern says. */
      readonly kind: 'cron';
      /** 5, 6 (seconds first) or 7 (year last) fields. */
      readonly pattern: string;
      /** An IANA time zone. */
      readonly timeZone: string;
    }
  | {
      /** Never due. */
      readonly kind: 'manual';
    };

/** A random delay added to each due moment: at most `ms` milliseconds, or `percent` of the gap to the next one. */
export type Jitter =
  | {
      /** No delay. */
      readonly kind: 'none';
    }
  | {
      /** A fixed maximum. */
      readonly kind: 'ms';
      /** The maximum in milliseconds. */
      readonly ms: number;
    }
  | {
      /** A part of the time between two due moments. */
      readonly kind: 'percent';
      /** The maximum in percent. */
      readonly percent: number;
    };

/** How a task of cluster scope is delivered. */
export interface ClusterPolicy {
  /** Whether a run that failed or was lost is started again. */
  readonly delivery: DeliveryPolicy;
  /** The largest number of starts of one due moment; 1 with `at-most-once`. */
  readonly maxStarts: number;
}

/** A periodic task of a daemon, with every option decided. */
export interface PeriodicTaskSpec {
  /** `tick`, or the name of a `@PeriodicTask`. Unique in the daemon. */
  readonly name: string;
  /** The method of the daemon that is called. */
  readonly method: string;
  /** When it is due. */
  readonly schedule: TaskSchedule;
  /** The random delay added to each due moment. */
  readonly jitter: Jitter;
  /** The policy for a due moment that comes while an earlier run goes on. */
  readonly overlap: OverlapPolicy;
  /** Whether due moments missed while the process was down are made up. */
  readonly misfire: MisfirePolicy;
  /** How the processes of the application share it; absent with process scope. */
  readonly cluster?: ClusterPolicy;
  /** Milliseconds after which a run is aborted. */
  readonly tickTimeout: number;
  /** Milliseconds that a run may go on when the application stops, before it is aborted. */
  readonly drainTimeout: number;
  /** Milliseconds without a success after which it is stale; absent if it never is. */
  readonly mustSucceedWithin?: number;
  /** The effect when it is stale. @defaultValue `'degraded'` */
  readonly freshness?: FreshnessEffect;
}

/** How a listener that failed is started again, with every value decided. Durations are milliseconds. */
export interface RestartPolicy {
  /** The delay of the first restart in a row; it doubles from one to the next. */
  readonly delay: number;
  /** The longest delay, without jitter. */
  readonly maxDelay: number;
  /** The random time added to each delay. */
  readonly jitter: Jitter;
  /** A listener that has run for so long has no restarts behind it any more. */
  readonly resetAfter: number;
  /** The restarts within a time after which it is given up; absent if it never is. */
  readonly limit?: {
    /** The largest number of restarts. */
    readonly restarts: number;
    /** The time in which they are counted. */
    readonly within: number;
  };
}

/** The entry of a listener in the `ListenerRegistry`. Frozen. */
export interface ListenerEntry {
  /** Unique in the application. */
  readonly name: string;
  /** The container resolves it to the one instance. */
  readonly id: ServiceIdentifier<object>;
  /** Milliseconds that the startup may take. */
  readonly startupTimeout: number;
  /** Milliseconds that the shutdown may take. */
  readonly shutdownTimeout: number;
  /** How it is started again when it fails; absent if it is not. */
  readonly restart?: RestartPolicy;
  /** True if its tasks go on while the whole application is paused. */
  readonly essential: boolean;
  /** The plugin that registered it; absent if the application did. */
  readonly pluginName?: string;
  /** Its class and file, such as `OrderSync (/app/src/OrderSync.ts:12:2)`. Reading it may be slow. */
  readonly source: string;
}

/** The entry of a background daemon in the `BackgroundDaemonRegistry`; the same object as in the `ListenerRegistry`. */
export interface BackgroundDaemonEntry extends ListenerEntry {
  /** `tick` first, then the `@PeriodicTask` methods as they are declared. */
  readonly tasks: readonly PeriodicTaskSpec[];
  /** True if a failed startup aborts the boot, and a death stops the application. */
  readonly fatalOnStartupFailure: boolean;
  /** Set if one process of the cluster at a time runs its `run` body; absent with process scope, and without a body. */
  readonly runScope?: 'cluster';
}
