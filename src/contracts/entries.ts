import type { ServiceIdentifier } from 'inversify';

import type { MisfirePolicy, OverlapPolicy, ScheduleMode } from './options';

/** When a task is due. `manual` tasks run only when triggered. */
export type TaskSchedule =
  | {
      readonly kind: 'interval';
      readonly everyMs: number;
      readonly mode: ScheduleMode;
      readonly initialDelayMs: number;
    }
  | { readonly kind: 'cron'; readonly pattern: string; readonly timeZone: string }
  | { readonly kind: 'manual' };

export type Jitter =
  | { readonly kind: 'none' }
  | { readonly kind: 'ms'; readonly ms: number }
  | { readonly kind: 'percent'; readonly percent: number };

/** A periodic task of a daemon, with every option decided. Durations are milliseconds. */
export interface PeriodicTaskSpec {
  /** `tick`, or the name of a `@PeriodicTask`. */
  readonly name: string;
  /** The method of the daemon that is called. */
  readonly method: string;
  readonly schedule: TaskSchedule;
  readonly jitter: Jitter;
  readonly overlap: OverlapPolicy;
  readonly misfire: MisfirePolicy;
  readonly tickTimeout: number;
  readonly drainTimeout: number;
}

/** What starts and stops. Timeouts are milliseconds. */
export interface ListenerEntry {
  readonly name: string;
  /** What the container resolves to the one instance. */
  readonly id: ServiceIdentifier<object>;
  readonly startupTimeout: number;
  readonly shutdownTimeout: number;
  readonly pluginName?: string;
  /** Where the listener comes from: its class and file. */
  readonly source: string;
}

/** How a daemon is run. Timeouts are milliseconds. */
export interface BackgroundDaemonEntry extends ListenerEntry {
  readonly tasks: readonly PeriodicTaskSpec[];
  readonly fatalOnStartupFailure: boolean;
}
