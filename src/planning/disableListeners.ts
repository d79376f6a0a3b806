import type { Problems } from '../errors/Problem';
import { describeClass } from '../container/classLocation';
import type { Edge } from './Edge';
import type { ListenerPlan } from './ListenerPlan';

/**
 * Why listeners do not start, by number: they were left out, the configuration switches them off, or something that they
 * need. One that is fatal cannot go without what it needs: a problem.
 *
 * @param leftOut - why a selection leaves listeners out.
 */
export function disableListeners(
  plans: readonly ListenerPlan[],
  order: readonly number[],
  edges: readonly (readonly Edge[])[],
  leftOut: ReadonlyMap<number, string>,
  problems: Problems,
): ReadonlyMap<number, string> {
  const reasons = new Map<number, string>();
  for (const index of order) {
    const plan = plans[index];
    if (plan === undefined) continue;
    const unselected = leftOut.get(index);
    if (unselected !== undefined) {
      reasons.set(index, unselected);
      continue;
    }
    if (!plan.options.enabled) {
      reasons.set(index, `listeners.${plan.name}.enabled is false (${plan.options.disabledBy ?? 'configuration'})`);
      continue;
    }
    const missing = edges[index]?.find((edge) => !edge.soft && reasons.has(edge.to));
    const needed = missing === undefined ? undefined : plans[missing.to];
    if (missing === undefined || needed === undefined) continue;
    reasons.set(index, `it needs "${needed.name}", which is disabled`);
    if (plan.options.fatalOnStartupFailure) {
      problems.add('DISABLED_DEPENDENCY', {
        what: `"${plan.name}" is fatal, and needs "${needed.name}", which is disabled.`,
        facts: { because: reasons.get(missing.to), listener: describeClass(plan.target) },
        fix: `switch "${needed.name}" on, or "${plan.name}" off as well; or name it in the \`wants\` of "${plan.name}".`,
      });
    }
  }
  return reasons;
}
