import { ContainerModule } from 'inversify';

import { bindAuditLog } from '../audit_log/bindAuditLog';
import { bindProbeFindings } from './bindProbeFindings';
import { HeartbeatProbes } from './HeartbeatProbes';
import { HttpProbe } from './HttpProbe';
import { VendorProbes } from './vendors/VendorProbes';

/** Probes HTTP endpoints and vendors, each every five minutes, as the daemon `heartbeat_probes`. */
export function heartbeatProbesModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindAuditLog(options);
    bindProbeFindings(options);
    options.bind(HttpProbe).toSelf();
    options.bind(VendorProbes).toSelf();
    options.bind(HeartbeatProbes).toSelf();
  });
}

export { bindProbeFindings } from './bindProbeFindings';
export { HeartbeatProbes } from './HeartbeatProbes';
export {
  HeartbeatProbesSettings,
  ProbeEndpoint,
  DopplerSettings,
  FlySettings,
  SentrySettings,
  SupabaseSettings,
  VercelSettings,
} from './HeartbeatProbesSettings';
export { ProbeFindings, type ProbeCategory, type ProbeSnapshot, type ProbeStatus } from './ProbeFindings';
