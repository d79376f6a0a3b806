import type { PlannedEdge, ValueOrigin } from './BootPlan';
import type { BackgroundDaemonEntry, ListenerEntry, PeriodicTaskSpec } from './entries';
import type { ListenerReference } from './options';

/** Beyond the entry: what planning decides, and what the coordinator needs to start and stop the listener in order. */
interface DecidedParts {
  /** False if the configuration switches the listener off. */
  readonly enabled: boolean;
  readonly dependsOn: readonly ListenerReference[];
  readonly wants: readonly ListenerReference[];
  readonly tags: readonly string[];
  /** The origin of each option of the listener itself; each task has its own. */
  readonly origins: Readonly<Record<string, ValueOrigin>>;
  /** The listeners that start before this one, and why. Set when the order is planned. */
  edges: readonly PlannedEdge[];
  /** Why it does not start: left out, switched off, or in need of one that is. Set when the order is planned. */
  disabledReason: string | undefined;
}

/** A task of a daemon, and the origin of each of its options. */
export interface TaskDefinition extends PeriodicTaskSpec {
  readonly origins: Readonly<Record<string, ValueOrigin>>;
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
