import type { SerializedError } from './SerializedError';

/** Where a value comes from: `default`, `decorator`, a file, `DAEMONRY__…`, the name of a `config.sources` entry, or `values`. */
export type ValueOrigin = string;

/** The origin of an option that nobody has set. */
export const DEFAULT_ORIGIN: ValueOrigin = 'default';

/** The origin of an option that a decorator gives. */
export const DECORATOR_ORIGIN: ValueOrigin = 'decorator';

export type EdgeKind = 'constructor' | 'property' | 'dependsOn' | 'wants' | 'available';

/** Why one listener goes before another. */
export interface PlannedEdge {
  /** The listener that goes first. */
  readonly on: string;
  readonly kind: EdgeKind;
  /** A soft edge orders only: a failure behind it does not block. */
  readonly soft: boolean;
  /** The classes from the listener to the one it needs, both included, through ordinary services. */
  readonly path: readonly string[];
}

export interface PlannedTask {
  readonly name: string;
  readonly method: string;
  /** As people say it: `every 5m`, `cron 0 3 * * * (UTC)`, `manual`. */
  readonly schedule: string;
  readonly overlap: string;
  readonly misfire: string;
  readonly jitter: string;
  readonly tickTimeoutMs: number;
  readonly drainTimeoutMs: number;
  /** ISO text; of an interval, as if ticks opened at the moment of planning. Empty for a manual task. */
  readonly nextDue: readonly string[];
  readonly origins: Readonly<Record<string, ValueOrigin>>;
}

export interface PlannedListener {
  readonly name: string;
  readonly className: string;
  /** The file, and where it is known the line, of the class. */
  readonly source: string;
  readonly kind: 'daemon' | 'listener';
  readonly pluginName?: string;
  readonly fatalOnStartupFailure: boolean;
  readonly fatalBecause: 'flag' | 'no entry';
  /** Set when the configuration switches the listener off, or something that it needs. */
  readonly disabledReason?: string;
  readonly startupTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
  readonly tags: readonly string[];
  readonly edges: readonly PlannedEdge[];
  readonly tasks: readonly PlannedTask[];
  /** The origin of each option of the listener itself. */
  readonly origins: Readonly<Record<string, ValueOrigin>>;
}

export interface PlanWarning {
  readonly code: string;
  readonly message: string;
}

/**
 * What became of a plugin. `found`: installed, and not enabled. `refused`: it is not what it should be, and nothing of it was
 * executed. `failed`: it threw, or what it registered cannot work; nothing of it is left.
 */
export type PluginState = 'found' | 'enabled' | 'disabled' | 'refused' | 'failed';

export interface PlannedPlugin {
  readonly name: string;
  readonly state: PluginState;
  /** From 1, the first; of those that `plugins.enabled` names. */
  readonly priority?: number;
  /** Absent for a plugin that is given in code. */
  readonly package?: string;
  readonly version?: string;
  /** The folder of the package, links resolved. */
  readonly folder?: string;
  /** The file that its manifest names. */
  readonly file?: string;
  /** Why it is not loaded. */
  readonly reason?: string;
  /** Everything that is wrong with it. */
  readonly problems: readonly PluginProblem[];
  /** What it threw. */
  readonly error?: SerializedError;
  /** The names of its listeners, in start order. */
  readonly listeners: readonly string[];
}

export interface PluginProblem {
  readonly code: string;
  readonly what: string;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly fix: string;
}

/** A module made by `defineModule`. */
export interface PlannedModule {
  readonly name: string;
  /** True if `modules` of the application names it, false if it is loaded because another module or a plugin needs it. */
  readonly listed: boolean;
  /** The names of the modules that it needs, in the order that it gives. */
  readonly needs: readonly string[];
  /** The names of the modules that need it, in load order. */
  readonly neededBy: readonly string[];
}

/** A configured value of the application or of a settings class. A secret's value is `[redacted]`. */
export interface PlannedValue {
  readonly path: string;
  readonly value: unknown;
  readonly origin: ValueOrigin;
}

/**
 * What an application will do, worked out before anything is constructed. Plain JSON.
 */
export interface BootPlan {
  readonly name: string;
  /** The names in start order. */
  readonly order: readonly string[];
  /** In start order. */
  readonly listeners: readonly PlannedListener[];
  /** The modules made by `defineModule`, in load order. */
  readonly modules: readonly PlannedModule[];
  /** Those that are enabled by priority, then the others. */
  readonly plugins: readonly PlannedPlugin[];
  readonly warnings: readonly PlanWarning[];
  readonly values: readonly PlannedValue[];
  /** The plan as a text for people; `String(plan)` is the same. */
  toText(): string;
  toString(): string;
}
