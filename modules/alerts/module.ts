import { defineModule, type ModuleDefinition } from 'daemonry';

import { auditLogModule } from '../audit_log/module';
import { costLadderModule } from '../cost_ladder/module';
import { probeFindingsModule } from '../heartbeat_probes/ProbeFindings';
import { operationalStateModule } from '../operational_state/module';
import { bindAlerts } from './bindAlerts';

const alerts = defineModule('alerts', {
  needs: [auditLogModule(), costLadderModule(), operationalStateModule(), probeFindingsModule()],
  bind: bindAlerts,
});

/** The alerts that are active, to inject as `Alerts`, and their routes. */
export function alertsModule(): ModuleDefinition {
  return alerts;
}
