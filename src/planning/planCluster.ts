import type { ServiceIdentifier } from 'inversify';

import { ClusterEngine } from '../contracts/ClusterEngine';
import { isDaemon, type DaemonDefinition, type ListenerDefinition } from '../contracts/ListenerDefinition';
import type { Problems } from '../errors/Problem';
import type { ListenerIndex } from './ListenerIndex';

/** The cluster engine of an application that has tasks or `run` bodies of cluster scope. */
export interface PlannedCluster {
  /** Resolves to the engine; undefined if it is given. */
  readonly id: ServiceIdentifier<object> | undefined;
  /** The number of the listener that is the engine; undefined if it is another service. */
  readonly listener: number | undefined;
  /** Its class or binding, for people. */
  readonly label: string;
}

const REPLACED = { enabled: false, origins: { enabled: 'the test cluster, which takes its place' } };

/** True for a daemon that shares a task or its `run` body with other processes. */
export const isShared = (definition: ListenerDefinition): definition is DaemonDefinition =>
  isDaemon(definition) &&
  (definition.runScope !== undefined || definition.tasks.some(({ cluster }) => cluster !== undefined));

/**
 * Finds the cluster engine, and reports what no engine could share. Returns undefined, and looks at nothing, if nothing has
 * cluster scope.
 *
 * @param isGiven - true if an engine from outside takes the place of the one that is bound, which is switched off.
 */
export function planCluster(
  listeners: ListenerIndex,
  definitions: readonly ListenerDefinition[],
  isGiven: boolean,
  problems: Problems,
): PlannedCluster | undefined {
  const shared = definitions.filter((definition) => isShared(definition));
  if (shared.length === 0) return undefined;
  for (const daemon of shared) reportUnshared(daemon, problems);
  const engines = listeners.listeners.filter(({ target }) => target.prototype instanceof ClusterEngine);
  if (isGiven) {
    for (const { index } of engines) Object.assign(definitions[index] ?? {}, REPLACED);
    return { id: undefined, listener: undefined, label: 'the engine of the test cluster' };
  }
  const bound = listeners.ofClass(ClusterEngine);
  const services = bound === undefined ? listeners.graph.bindings(ClusterEngine) : [];
  const names = [
    ...engines.map(({ target }) => target.name),
    ...services.filter(({ aliasOf }) => !engines.some(({ target }) => target === aliasOf)).map(({ label }) => label),
  ];
  if (names.length > 1) {
    problems.add('CLUSTER_ENGINE_AMBIGUOUS', {
      what: `The application has ${names.length} cluster engines.`,
      facts: { engines: names.join(', ') },
      fix: 'bind one of them only.',
    });
  }
  if (names.length === 0) for (const daemon of shared) reportMissing(daemon, problems);
  const [engine] = engines;
  const [label = 'ClusterEngine'] = names;
  return engine === undefined
    ? { id: ClusterEngine as unknown as ServiceIdentifier<object>, listener: undefined, label }
    : { id: engine.id, listener: engine.index, label };
}

function reportMissing({ name, source, tasks, runScope, origins }: DaemonDefinition, problems: Problems): void {
  const report = (path: string, from: string | undefined): void =>
    problems.add('CLUSTER_ENGINE_MISSING', {
      what: `"${path}" has cluster scope, and the application has no cluster engine.`,
      facts: { class: source, 'scope from': from },
      fix: "load a module that binds one, such as clusterModule(), or bind a class of your own under ClusterEngine; or set scope: 'process'.",
    });
  for (const task of tasks) if (task.cluster !== undefined) report(`${name}.${task.name}`, task.origins['scope']);
  if (runScope !== undefined) report(`${name}.run`, origins['scope']);
}

/** Reports schedules whose due moments another process cannot compute. */
function reportUnshared({ name, source, tasks }: DaemonDefinition, problems: Problems): void {
  for (const { name: task, schedule, cluster, origins } of tasks) {
    if (cluster === undefined || schedule.kind !== 'interval') continue;
    const report = (why: string, option: string, fix: string): void =>
      problems.add('CLUSTER_SCHEDULE_UNSHARED', {
        what: `"${name}.${task}" has cluster scope, and its due moments cannot be shared: ${why}.`,
        facts: { class: source, [`${option} from`]: origins[option] },
        fix: `${fix}; or set scope: 'process'.`,
      });
    if (schedule.mode === 'fixed-delay')
      report("mode 'fixed-delay' counts from the end of a run", 'mode', "use mode 'fixed-rate' or a cron pattern");
    if (origins['initialDelay'] !== undefined)
      report(
        'initialDelay counts from the boot of a process',
        'initialDelay',
        'remove initialDelay, or use a cron pattern',
      );
  }
}
