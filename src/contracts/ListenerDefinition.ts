import type { PlannedEdge } from './BootPlan';
import type { BackgroundDaemonEntry, ListenerEntry } from './entries';

interface DefinitionParts {
  /** Why this listener goes after others; each names a definition that stands earlier in the plan's order. */
  readonly edges: readonly PlannedEdge[];
  /** The configuration switches it off, or something it needs: the reason. */
  readonly disabledReason?: string;
}

/**
 * A listener as the plan has decided it: the very object that stands in the registries, with what the coordinator needs
 * to know beyond the entry.
 */
export type ListenerDefinition = (ListenerEntry | BackgroundDaemonEntry) & DefinitionParts;

export function isDaemon(definition: ListenerEntry): definition is BackgroundDaemonEntry {
  return 'tasks' in definition;
}
