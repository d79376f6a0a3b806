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
  const { name, bound, options, metadata, target } = plan;
  const daemon =
    metadata.kind === 'daemon'
      ? { tasks: callableTasks(plan), fatalOnStartupFailure: options.fatalOnStartupFailure }
      : {};
  return {
    name,
    id: bound.id as ListenerDefinition['id'],
    startupTimeout: options.startupTimeout,
    shutdownTimeout: options.shutdownTimeout,
    edges,
    ...daemon,
    ...(disabledReason === undefined ? {} : { disabledReason }),
    get source() {
      return describeClass(target);
    },
  };
}

/** The tasks whose method is there: what overrides a listener need not have all of them. */
function callableTasks({ options, hooks }: ListenerPlan): readonly PeriodicTaskSpec[] {
  return options.tasks
    .map(({ spec }) => spec)
    .filter(({ method }) => typeof (hooks as Record<string, unknown>)[method] === 'function');
}
