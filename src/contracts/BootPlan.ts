import type { OperatorIntent } from './Operation';
import type { SerializedError } from './SerializedError';

/** Where a value comes from: `default`, `decorator`, a file, `DAEMONRY__…`, the name of a `config.sources` entry, or `values`. */
export type ValueOrigin = string;

/** The origin of an option that nobody has set. */
export const DEFAULT_ORIGIN: ValueOrigin = 'default';

/** The origin of an option that a decorator gives. */
export const DECORATOR_ORIGIN: ValueOrigin = 'decorator';

/**
 * The source of an edge: an injection by constructor or property, the `dependsOn` or `wants` option, `@Available`, or
 * cluster scope, which needs the cluster engine.
 */
export type EdgeKind = 'constructor' | 'property' | 'dependsOn' | 'wants' | 'available' | 'cluster';

/** A reason why one listener starts before another. */
export interface PlannedEdge {
  /** The name of the listener that starts first. */
  readonly on: string;
  /** The source of the edge. */
  readonly kind: EdgeKind;
  /** True if the edge only orders: a failure of the first listener does not block the other. */
  readonly soft: boolean;
  /** The class names from the listener to the one that starts first, through ordinary services, both ends included. */
  readonly path: readonly string[];
}

/** A periodic task in the plan. */
export interface PlannedTask {
  /** `tick`, or the name of a `@PeriodicTask`. */
  readonly name: string;
  /** The method that is called. */
  readonly method: string;
  /** For people: `every 5m`, `cron 0 3 * * * (UTC)`, `manual`. */
  readonly schedule: string;
  /** The overlap policy: `skip`, `queue-one` or `allow`. */
  readonly overlap: string;
  /** The misfire policy: `skip` or `run-once`. */
  readonly misfire: string;
  /** Present if the processes of the application share it. */
  readonly scope?: 'cluster';
  /** With cluster scope: `at-most-once` or `at-least-once`. */
  readonly delivery?: string;
  /** With cluster scope: the largest number of starts of one due moment. */
  readonly maxStarts?: number;
  /** For people: `none`, `5s`, `10%`. */
  readonly jitter: string;
  /** Milliseconds after which a run is aborted. */
  readonly tickTimeoutMs: number;
  /** Milliseconds that a run may go on when the application stops. */
  readonly drainTimeoutMs: number;
  /** Milliseconds without a success after which it is stale; absent if it never is. */
  readonly mustSucceedWithinMs?: number;
  /** The effect when it is stale: `degraded`, `unready` or `unlive`. */
  readonly freshness: string;
  /**
   * The next three due moments as ISO text. For an interval they are computed as if ticks opened at the instant of
   * planning. Empty for a manual task.
   */
  readonly nextDue: readonly string[];
  /** The origin of each option of the task, by option name. */
  readonly origins: Readonly<Record<string, ValueOrigin>>;
}

/** A listener in the plan. */
export interface PlannedListener {
  /** Unique in the application. */
  readonly name: string;
  /** The name of its class. */
  readonly className: string;
  /** The class and its file, with the line if it is known. */
  readonly source: string;
  /** `daemon` for a `@BackgroundDaemon`, `listener` for a `@Listener`. */
  readonly kind: 'daemon' | 'listener';
  /** The plugin that registered it; absent if the application did. */
  readonly pluginName?: string;
  /** True if a failed startup aborts the boot. */
  readonly fatalOnStartupFailure: boolean;
  /** `flag`: the daemon's option decides. `no entry`: a `@Listener` has no such option and is always fatal. */
  readonly fatalBecause: 'flag' | 'no entry';
  /** Why it does not start; absent if it does. */
  readonly disabledReason?: string;
  /** Milliseconds that the startup may take. */
  readonly startupTimeoutMs: number;
  /** Milliseconds that the shutdown may take. */
  readonly shutdownTimeoutMs: number;
  /** For people: `never`, or the delays and the limit of its restarts. */
  readonly restart: string;
  /** True if its tasks go on while the whole application is paused. */
  readonly essential: boolean;
  /** The tags to select it by. Empty for a `@Listener`. */
  readonly tags: readonly string[];
  /** The listeners that start before it, and why. */
  readonly edges: readonly PlannedEdge[];
  /** Present if one process of the cluster at a time runs its `run` body. */
  readonly runScope?: 'cluster';
  /** Its periodic tasks. Empty for a `@Listener`. */
  readonly tasks: readonly PlannedTask[];
  /** The origin of each option of the listener itself, by option name. */
  readonly origins: Readonly<Record<string, ValueOrigin>>;
}

/** A warning of the plan: something that works, but is probably not meant. */
export interface PlanWarning {
  /** Stable, in capitals, such as `LONG_INTERVAL_SKIP`. */
  readonly code: string;
  /** One sentence or two for people. */
  readonly message: string;
}

/**
 * The state of a plugin. `found`: installed, but not enabled. `enabled`: loaded. `disabled`: switched off by the
 * configuration. `refused`: its package is not valid, and none of its code was executed. `failed`: it threw, or its
 * registrations cannot work; nothing of it is left.
 */
export type PluginState = 'found' | 'enabled' | 'disabled' | 'refused' | 'failed';

/** A plugin in the plan. */
export interface PlannedPlugin {
  /** The name in its manifest. */
  readonly name: string;
  /** Whether it is loaded, and if not, why not. */
  readonly state: PluginState;
  /** Its place in `plugins.enabled`, from 1. Absent for a plugin that is not named there. */
  readonly priority?: number;
  /** The name of its package. Absent for a plugin given in code. */
  readonly package?: string;
  /** The version of its package. */
  readonly version?: string;
  /** The folder of its package, with symbolic links resolved. */
  readonly folder?: string;
  /** The file of its code, as its manifest names it. */
  readonly file?: string;
  /** Why it is not loaded. */
  readonly reason?: string;
  /** Everything wrong with it. */
  readonly problems: readonly PluginProblem[];
  /** The error that it threw. */
  readonly error?: SerializedError;
  /** The names of its listeners, in start order. */
  readonly listeners: readonly string[];
}

/** One thing that is wrong with a plugin. */
export interface PluginProblem {
  /** Stable, in capitals, such as `PLUGIN_REBINDS`. */
  readonly code: string;
  /** The problem, in one sentence. */
  readonly what: string;
  /** Details, such as files and values. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** The remedy, in one sentence. */
  readonly fix: string;
}

/** A module made by `defineModule`. */
export interface PlannedModule {
  /** Unique among the modules of an application. */
  readonly name: string;
  /** True if `modules` of the application names it, false if it is loaded because another module or a plugin needs it. */
  readonly listed: boolean;
  /** The names of the modules that it needs, in the order that it gives. */
  readonly needs: readonly string[];
  /** The names of the modules that need it, in load order. */
  readonly neededBy: readonly string[];
}

/** A value of the configuration: of the framework, of a listener or of a settings class. */
export interface PlannedValue {
  /** Its dotted path in the configuration. */
  readonly path: string;
  /** The resolved value; `[redacted]` for a secret. */
  readonly value: unknown;
  /** Where the value comes from. */
  readonly origin: ValueOrigin;
  /** The absolute path of something that the application writes; absent for any other value. */
  readonly file?: string;
}

/** The plan of an application's boot, made before anything is constructed. Plain JSON, apart from the methods. */
export interface BootPlan {
  /** The name of the application. */
  readonly name: string;
  /** The names of the listeners in start order. */
  readonly order: readonly string[];
  /** The listeners in start order. */
  readonly listeners: readonly PlannedListener[];
  /** The modules made by `defineModule`, in load order. */
  readonly modules: readonly PlannedModule[];
  /** The enabled plugins by priority, then the others. */
  readonly plugins: readonly PlannedPlugin[];
  /** Findings that work, but are probably not meant. */
  readonly warnings: readonly PlanWarning[];
  /** Everything that operators have set, above the configuration. Empty before the boot: it is kept in the state database. */
  readonly intents: readonly OperatorIntent[];
  /** The values of the configuration, but for the options of listeners, which are in `listeners`. */
  readonly values: readonly PlannedValue[];
  /** Writes the plan as a text for people. */
  toText(): string;
  /** The same as {@link toText}, for `String(plan)`. */
  toString(): string;
}
