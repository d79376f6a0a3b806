import type { EdgeKind, ValueOrigin } from './BootPlan';
import type { BackgroundDaemonEntry, ListenerEntry, PeriodicTaskSpec } from './entries';
import type { ListenerReference } from './options';

/** A reason why a listener goes after another one. */
export interface ListenerEdge {
  /** The name of the listener that goes first. */
  readonly on: string;
  readonly kind: EdgeKind;
  /** True if a failure of that listener does not block this one. */
  readonly soft: boolean;
}

/** The place that gave each option, by the option's name. An option that is missing has its default. */
export type GivenOrigins = Readonly<Record<string, ValueOrigin>>;

/** Beyond the entry: what planning decides, and what the coordinator needs to start and stop the listener in order. */
interface DecidedParts {
  /** False if the configuration switches the listener off. */
  readonly enabled: boolean;
  readonly dependsOn: readonly ListenerReference[];
  readonly wants: readonly ListenerReference[];
  readonly tags: readonly string[];
  /** The origins of the options of the listener itself; each task has its own. */
  readonly origins: GivenOrigins;
  /** The listeners that start before this one, and why. Set when the order is planned. */
  edges: readonly ListenerEdge[];
  /** Why it does not start: left out, switched off, or in need of one that is. Set when the order is planned. */
  disabledReason: string | undefined;
}

/** A task of a daemon, and the origins of its options. */
export interface TaskDefinition extends PeriodicTaskSpec {
  readonly origins: GivenOrigins;
}

export interface DaemonDefinition extends BackgroundDaemonEntry, DecidedParts {
  /** `tick` first, then the `@PeriodicTask` methods as they are declared. */
  tasks: readonly TaskDefinition[];
}

/** A `@Listener`, which has no tasks and no daemon entry. */
export type PlainListenerDefinition = ListenerEntry & DecidedParts;

/**
 * A listener with every option decided. It is the very object that stands in the registries, where it is frozen; the
 * coordinator and the scheduler read the same one.
 */
export type ListenerDefinition = PlainListenerDefinition | DaemonDefinition;

/** True for a background daemon, false for a plain `@Listener`. */
export function isDaemon(entry: ListenerEntry): entry is BackgroundDaemonEntry {
  return 'tasks' in entry;
}
