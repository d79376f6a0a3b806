import type { PlanWarning } from '../contracts/BootPlan';
import type { Selection } from '../contracts/CommandLine';
import { type ListenerDefinition, isDaemon } from '../contracts/ListenerDefinition';
import type { Problems } from '../errors/Problem';
import { didYouMean } from '../errors/suggest';
import type { Edge } from './collectEdges';

/** The effect of a selection. */
export interface Selected {
  /** The listeners that a selection leaves out, by number, and why. */
  readonly leftOut: ReadonlyMap<number, string>;
  /** One for each listener that is not selected, but needed by one that is. */
  readonly warnings: readonly PlanWarning[];
}

const TAG = 'tag:';

/**
 * Chooses listeners by name and tag. `only` also keeps the listeners that the chosen ones need; a soft edge is no need.
 */
export function selectListeners(
  definitions: readonly ListenerDefinition[],
  edges: readonly (readonly Edge[])[],
  { only, without }: Selection,
  problems: Problems,
): Selected {
  const leftOut = new Map<number, string>();
  const warnings: PlanWarning[] = [];
  const chosen = only.length === 0 ? undefined : choose(definitions, only, '--only', problems);
  if (chosen !== undefined) {
    const neededBy = new Map<number, number>();
    for (const index of chosen) {
      for (const { to, soft } of edges[index] ?? []) {
        if (soft || chosen.has(to)) continue;
        // The loop over a set also visits what is added during it.
        chosen.add(to);
        neededBy.set(to, index);
      }
    }
    for (const [index, by] of neededBy) {
      warnings.push({
        code: 'SELECTED_AS_NEEDED',
        message: `"${definitions[index]?.name}" starts as well: "${definitions[by]?.name}" needs it.`,
      });
    }
    for (const index of definitions.keys()) {
      if (!chosen.has(index)) leftOut.set(index, `not selected by --only ${only.join(',')}`);
    }
  }
  for (const index of choose(definitions, without, '--without', problems)) {
    leftOut.set(index, `left out by --without ${without.join(',')}`);
  }
  const left = definitions.filter(({ enabled }, index) => enabled && !leftOut.has(index));
  if (only.length + without.length > 0 && definitions.length > 0 && left.length === 0 && problems.list.length === 0) {
    problems.add('INVALID_SELECTION', {
      what: 'The selection leaves no listener to start.',
      facts: { only: only.join(', ') || undefined, without: without.join(', ') || undefined },
      fix: 'select at least one listener that the configuration does not switch off.',
    });
  }
  return { leftOut, warnings };
}

function choose(
  definitions: readonly ListenerDefinition[],
  terms: readonly string[],
  option: string,
  problems: Problems,
): Set<number> {
  const chosen = new Set<number>();
  for (const term of terms) {
    const tag = term.startsWith(TAG) ? term.slice(TAG.length) : undefined;
    let found = false;
    for (const [index, { name, tags }] of definitions.entries()) {
      if (tag === undefined ? name !== term : !tags.includes(tag)) continue;
      found = true;
      chosen.add(index);
    }
    if (!found) reportUnknown(definitions, term, option, problems);
  }
  return chosen;
}

function reportUnknown(
  definitions: readonly ListenerDefinition[],
  term: string,
  option: string,
  problems: Problems,
): void {
  const tags = [...new Set(definitions.flatMap(({ tags }) => tags))].sort().map((tag) => TAG + tag);
  const names = definitions.map(({ name }) => name);
  const isTag = term.startsWith(TAG);
  problems.add('INVALID_SELECTION', {
    what: `${option} ${term}: no listener ${isTag ? 'has that tag' : 'has that name'}.${didYouMean(term, [...names, ...tags])}`,
    facts: { listeners: names.join(', ') || 'none', tags: tags.join(', ') || 'none' },
    fix: 'name listeners of this application, or tags as tag:<tag>.',
  });
}

/**
 * Finds the listeners that do not start, by number, and why: a selection leaves them out, the configuration switches them
 * off, or they need one of these. A fatal listener that needs one of these is a problem.
 *
 * @param leftOut - the listeners that a selection leaves out, and why.
 */
export function disableListeners(
  definitions: readonly ListenerDefinition[],
  order: readonly number[],
  edges: readonly (readonly Edge[])[],
  leftOut: ReadonlyMap<number, string>,
  problems: Problems,
): ReadonlyMap<number, string> {
  const reasons = new Map<number, string>();
  for (const index of order) {
    const definition = definitions[index];
    if (definition === undefined) continue;
    const { name, enabled, origins } = definition;
    const unselected = leftOut.get(index);
    if (unselected !== undefined) {
      reasons.set(index, unselected);
      continue;
    }
    if (!enabled) {
      reasons.set(index, `listeners.${name}.enabled is false (${origins['enabled'] ?? 'configuration'})`);
      continue;
    }
    const missing = edges[index]?.find((edge) => !edge.soft && reasons.has(edge.to));
    const needed = missing === undefined ? undefined : definitions[missing.to];
    if (missing === undefined || needed === undefined) continue;
    reasons.set(index, `it needs "${needed.name}", which is disabled`);
    if (isDaemon(definition) && !definition.fatalOnStartupFailure) continue;
    problems.add('DISABLED_DEPENDENCY', {
      what: `"${name}" is fatal, and needs "${needed.name}", which is disabled.`,
      facts: { because: reasons.get(missing.to), listener: definition.source },
      fix: `switch "${needed.name}" on, or "${name}" off as well; or name it in the \`wants\` of "${name}".`,
    });
  }
  return reasons;
}
