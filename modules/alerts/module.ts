import { defineModule, type ModuleDefinition, StateTables } from 'daemonry';

import { auditLogModule } from '../audit_log/module';
import { costLadderModule } from '../cost_ladder/module';
import { probeFindingsModule } from '../heartbeat_probes/ProbeFindings';
import { operationalStateModule } from '../operational_state/module';
import { WebRoutes } from '../web/WebRoutes';
import { documentTables } from '../shared/StateDocument';
import { AlertBook } from './AlertBook';
import { AlertRoutes } from './AlertRoutes';
import { Alerts } from './Alerts';
import { RecentEvents } from './RecentEvents';

const alerts = defineModule('alerts', {
  needs: [auditLogModule(), costLadderModule(), operationalStateModule(), probeFindingsModule()],
  bind: ({ bind }) => {
    bind(StateTables).toConstantValue(documentTables('alerts'));
    bind(RecentEvents).toSelf();
    bind(AlertBook).toSelf();
    bind(Alerts).toSelf();
    bind(AlertRoutes).toSelf();
    bind(WebRoutes).toService(AlertRoutes);
  },
});

/** The alerts that are active, to inject as `Alerts`, and their routes. */
export function alertsModule(): ModuleDefinition {
  return alerts;
}
