import type { PlannedEdge } from '../contracts/BootPlan';
import type { PeriodicTaskSpec } from '../contracts/entries';
import type { ListenerDefinition } from '../contracts/ListenerDefinition';
import { describeClass } from '../container/classLocation';
import type { ListenerPlan } from './ListenerPlan';

/** The object that stands in the registries. Its file is looked up when it is asked for. */
export function defineListener(
  plan: ListenerPlan,
  edges: readonly PlannedEdge[],
  disabledReason: string | undefined,
): ListenerDefinition {
  const { name, bound, options, metadata, target, pluginName } = plan;
  const definition = {
    name,
    id: bound.id as ListenerDefinition['id'],
    startupTimeout: options.startupTimeout,
    shutdownTimeout: options.shutdownTimeout,
    edges,
    get source() {
      return describeClass(target);
    },
  };
  if (pluginName !== undefined) Object.assign(definition, { pluginName });
  if (disabledReason !== undefined) Object.assign(definition, { disabledReason });
  if (metadata.kind === 'listener') return definition;
  const { fatalOnStartupFailure } = options;
  return Object.assign(definition, { tasks: callableTasks(plan), fatalOnStartupFailure });
}

/** The tasks whose method is there: what overrides a listener need not have all of them. */
function callableTasks({ options, hooks }: ListenerPlan): readonly PeriodicTaskSpec[] {
  const specs: PeriodicTaskSpec[] = [];
  for (const { spec } of options.tasks) {
    if (typeof (hooks as Record<string, unknown>)[spec.method] === 'function') specs.push(spec);
  }
  return specs;
}
