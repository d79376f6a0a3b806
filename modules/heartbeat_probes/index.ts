import { ContainerModule } from 'inversify';

import { HeartbeatProbes } from './HeartbeatProbes';
import { HttpProbe } from './HttpProbe';

/** Probes HTTP endpoints, each every five minutes, as the daemon `heartbeat_probes`. */
export function heartbeatProbesModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(HttpProbe).toSelf();
    bind(HeartbeatProbes).toSelf();
  });
}

export { HeartbeatProbes } from './HeartbeatProbes';
export { HeartbeatProbesSettings, ProbeEndpoint } from './HeartbeatProbesSettings';
export type { ProbeSnapshot, ProbeStatus } from './ProbeSnapshot';
