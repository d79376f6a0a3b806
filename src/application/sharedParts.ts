import { ClusterEngine } from '../contracts/ClusterEngine';
import type { RunHistory } from '../contracts/RunHistory';
import type { Engine } from '../coordinator/Engine';
import { ClusterEngineError } from '../errors/clusterErrors';
import type { ClusterHistory } from '../history/ClusterHistory';
import type { PlannedFrom } from './planFrom';

/** The cluster engine: that of the testing kit, else the one that is bound. @throws ClusterEngineError */
export function engineOf({ clusterEngine, planned }: PlannedFrom): ClusterEngine {
  if (clusterEngine !== undefined) return clusterEngine();
  const { id = ClusterEngine, label = '' } = planned.cluster ?? {};
  try {
    return planned.container.resolve(id) as ClusterEngine;
  } catch (error) {
    throw new ClusterEngineError(label, error);
  }
}

/** The history of an application with tasks of cluster scope. */
export function withCluster(own: RunHistory, { planned }: PlannedFrom, engine: () => Engine): ClusterHistory {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded by applications that share tasks only
  const shared = require('../history/ClusterHistory') as typeof import('../history/ClusterHistory');
  return new shared.ClusterHistory(own, (listener, task) => {
    const asked = planned.daemons.get(listener)?.tasks.filter(({ name }) => name === (task ?? name)) ?? [];
    const handles = asked.flatMap(({ name }) => engine().scheduler.shared(listener, name) ?? []);
    return handles.length > 0 && handles.length === asked.length ? handles : undefined;
  });
}
