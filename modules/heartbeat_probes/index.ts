import { defineModule, type ModuleDefinition } from 'daemonry';

import { auditLogModule } from '../audit_log/module';
import { HeartbeatProbes } from './HeartbeatProbes';
import { HttpProbe } from './HttpProbe';
import { probeFindingsModule } from './ProbeFindings';
import { VendorProbes } from './vendors/VendorProbes';

const heartbeatProbes = defineModule('heartbeat_probes', {
  needs: [auditLogModule(), probeFindingsModule()],
  bind: ({ bind }) => {
    bind(HttpProbe).toSelf();
    bind(VendorProbes).toSelf();
    bind(HeartbeatProbes).toSelf();
  },
});

/** Probes HTTP endpoints and vendors every five minutes, as the daemon `heartbeat_probes`. */
export function heartbeatProbesModule(): ModuleDefinition {
  return heartbeatProbes;
}

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
export {
  ProbeFindings,
  probeFindingsModule,
  type ProbeCategory,
  type ProbeSnapshot,
  type ProbeStatus,
} from './ProbeFindings';
