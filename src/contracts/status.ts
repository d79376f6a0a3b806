import type { ClusterState } from './ClusterEngine';
import type { RunCounters, RunRecord } from './RunRecord';
import type { SerializedError } from './SerializedError';
import type { ApplicationState, ListenerState } from './states';

/** A pause of a task. Instants are ISO text. */
export interface PauseInfo {
  /** When it began. */
  readonly since: string;
  /** When it ends by itself; absent if it lasts until `resume`. */
  readonly until?: string;
  /** Why, as the operator said. */
  readonly reason: string;
  /** The person or program that paused. */
  readonly by: string;
  /** True for a pause of the whole application; absent for one of a listener or of a task. */
  readonly ofAll?: true;
}

/** A periodic task, as the status shows it. */
export interface TaskStatus {
  /** `tick`, or the name of a `@PeriodicTask`. */
  readonly name: string;
  /** The schedule in words: `every 5m`, `cron 0 3 * * * (UTC)`, `manual`. */
  readonly schedule: string;
  /** True while its due moments are skipped because of a pause. */
  readonly paused: boolean;
  /** Present while it is paused. */
  readonly pause?: PauseInfo;
  /** The next due moment that will be kept, as ISO text, without jitter; absent when there is none. */
  readonly nextRunAt?: string;
  /** Number of runs whose handlers have not returned, also after their timeout; absent when there is none. */
  readonly inFlight?: number;
  /** The state in the cluster: its holder and its lease; present with cluster scope, once it is scheduled. */
  readonly cluster?: ClusterState;
  /** The newest record, also of a run in flight or a skipped due moment. */
  readonly lastRun?: RunRecord;
  /**
   * When its last success ended, as ISO text; absent if none is known. Where a history is kept, runs before this start count,
   * but for a task of cluster scope, which other processes run too. So it is with the next two.
   */
  readonly lastSuccessAt?: string;
  /**
   * When the first of its failures in a row ended, as ISO text; absent unless its newest run failed, timed out or was lost.
   * Skipped due moments and cancelled runs change nothing.
   */
  readonly failingSince?: string;
  /** The newest of these failures, with its error, whatever was skipped since then; present with {@link failingSince}. */
  readonly lastFailure?: RunRecord;
  /** True while it has not succeeded for `mustSucceedWithin`; absent without that option. */
  readonly stale?: boolean;
  /** Runs since the boot, by outcome. */
  readonly counters: RunCounters;
}

/** A listener, as the status shows it. */
export interface ListenerStatus {
  /** The name of the listener. */
  readonly name: string;
  /** Its position in its life; see {@link ListenerState}. */
  readonly state: ListenerState;
  /** True when its failed startup aborts the boot. */
  readonly fatalOnStartupFailure: boolean;
  /** The plugin that registered the listener. */
  readonly pluginName?: string;
  /** When its startup was over, as ISO text; absent if it never ran. */
  readonly startedAt?: string;
  /** How long its construction and startup took, in milliseconds. */
  readonly startupMs?: number;
  /** Why its startup, `ready` hook, `run` body or shutdown failed. */
  readonly error?: SerializedError;
  /**
   * The listener that keeps this one from its work, because it does not run: this one is `blocked`, or runs and has its due
   * moments skipped as `dependency`.
   */
  readonly blockedBy?: string;
  /** Present when it is disabled. */
  readonly disabledReason?: string;
  /** When it is started again, as ISO text; present while it is `backing_off`. */
  readonly restartAt?: string;
  /** Restarts since it last ran for `resetAfter`; absent when there were none. */
  readonly restarts?: number;
  /** True while a run, or a hook that its restart waits for, has outlived its timeout and has not settled; absent otherwise. */
  readonly stuck?: boolean;
  /** The state of its `run` body in the cluster; present with cluster scope, while it runs. */
  readonly cluster?: ClusterState;
  /** Its periodic tasks, `tick` first. */
  readonly tasks: readonly TaskStatus[];
}

/** The state of an application and of everything in it. Plain JSON; instants are ISO text. */
export interface ApplicationStatus {
  /** The name given to `createApplication`. */
  readonly name: string;
  /** Its position in its life; see {@link ApplicationState}. */
  readonly state: ApplicationState;
  /** Differs for every application that is created. */
  readonly sessionId: string;
  /** When the boot was decided; absent before, and after a failed boot. */
  readonly bootedAt?: string;
  /** Milliseconds since {@link bootedAt}; 0 where the clock was set to before it. */
  readonly uptimeMs?: number;
  /** Why it stops or has stopped. */
  readonly shutdownReason?: string;
  /**
   * The number of statements that the state database could not take since the boot, because it was full, read-only or
   * damaged; absent if the application has none.
   */
  readonly stateWriteErrors?: number;
  /** In start order. */
  readonly listeners: readonly ListenerStatus[];
}

/** The answer of a listener's `health` hook. */
export interface ListenerHealth {
  /** The name of the listener. */
  readonly name: string;
  /** `down` as well when the hook failed or did not answer within 2 s. */
  readonly status: 'up' | 'down';
  /** Data that the hook gave with its answer, as plain JSON; `error` when it failed. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The health of an application, for probes. */
export interface ApplicationHealth {
  /** True once the boot is decided. */
  readonly started: boolean;
  /** True while it is running or degraded, no `health` hook says down, and no task is stale that makes it unready. */
  readonly ready: boolean;
  /** False while a task is stale that makes it so; without a turning event loop there is no answer. */
  readonly live: boolean;
  /** Why it is not ready, or degraded; one sentence each. */
  readonly causes: readonly string[];
  /** The answers of the running listeners that have a `health` hook, in start order. */
  readonly listeners: readonly ListenerHealth[];
}

/** Whether an application lives, for probes that restart it. */
export interface ApplicationLiveness {
  /** False while a task is stale whose `freshness` is `unlive`, and that is neither paused nor off. */
  readonly live: boolean;
  /** The stale tasks, one sentence each. */
  readonly causes: readonly string[];
}
