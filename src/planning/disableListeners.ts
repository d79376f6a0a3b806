import { isDaemon, type ListenerDefinition } from '../contracts/ListenerDefinition';
import type { Problems } from '../errors/Problem';
import type { Edge } from './collectEdges';

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
