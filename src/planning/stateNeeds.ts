import { sep } from 'node:path';

import type { ResolvedConfiguration } from '../configuration';
import type { BindingGraph } from '../container/BindingGraph';
import { isDaemon, type ListenerDefinition } from '../contracts/ListenerDefinition';
import { StateDatabase } from '../contracts/StateDatabase';
import type { Problems } from '../errors/Problem';
import { driverMissing } from '../errors/stateErrors';
import { isRemembered } from '../scheduling/RememberedMoments';
import { hasDriver } from '../state/driver';

/** The parts of an application that outlive its process. */
export interface StateNeeds {
  /** True if a task has due moments to remember. */
  readonly moments: boolean;
  /** True if something but due moments is kept in the state database. */
  readonly database: boolean;
  /** True if a file is written below `state.directory`, which belongs to one process at a time. */
  readonly files: boolean;
}

/** The most reasons that an error names. */
const MOST_NAMED = 5;

/**
 * Finds out what an application keeps across restarts. Without a driver of SQLite that is a problem of the plan.
 *
 * @param definitions - the listeners that are not disabled.
 */
export function stateNeeds(
  graph: BindingGraph,
  definitions: readonly ListenerDefinition[],
  configuration: ResolvedConfiguration,
  problems: Problems,
): StateNeeds {
  const remembered = definitions.flatMap((definition) =>
    isDaemon(definition) ? definition.tasks.filter(isRemembered).map((task) => `${definition.name}.${task.name}`) : [],
  );
  const injects = graph.injects(StateDatabase);
  const files = filesBelow(configuration);
  const history = configuration.framework.history !== false;
  const needs = { moments: remembered.length > 0, database: injects || history, files: files.length > 0 };
  if (!(needs.database || needs.moments || needs.files) || hasDriver()) return needs;
  const reasons = [
    ...(injects ? ['a class injects the StateDatabase'] : []),
    ...(history ? ['history is configured'] : []),
    ...remembered.map((task) => `${task} has misfire: 'run-once'`),
    ...files.map((path) => `${path} is a file below state.directory`),
  ];
  const { what, facts, fix } = driverMissing();
  problems.add('STATE_DRIVER_MISSING', {
    what,
    facts: { ...facts, 'needed because': reasons.slice(0, MOST_NAMED) },
    fix,
  });
  return needs;
}

/** The paths of the values that name a file below `state.directory`. */
function filesBelow({ values, framework }: ResolvedConfiguration): readonly string[] {
  return values.flatMap(({ path, file }) => (file?.startsWith(framework.state.directory + sep) === true ? [path] : []));
}
