import { defineModule, type ModuleDefinition, StateTables } from 'daemonry';

import { AuditEventTypes } from '../audit_log/AuditEventTypes';
import { auditLogModule } from '../audit_log/module';
import { telemetryModule } from '../cost_telemetry/module';
import { WebRoutes } from '../web/WebRoutes';
import { documentTables } from '../shared/StateDocument';
import { CostLadder } from './CostLadder';
import { COST_LADDER_EVENTS } from './costLadderEvents';
import { CostLadderRoutes } from './CostLadderRoutes';

const costLadder = defineModule('cost_ladder', {
  needs: [auditLogModule(), telemetryModule()],
  bind: ({ bind }) => {
    bind(StateTables).toConstantValue(documentTables('cost_ladder'));
    bind(AuditEventTypes).toConstantValue(COST_LADDER_EVENTS);
    bind(CostLadder).toSelf();
    bind(CostLadderRoutes).toSelf();
    bind(WebRoutes).toService(CostLadderRoutes);
  },
});

/** The budget of a month and how far it is spent, to inject as `CostLadder`, and its routes. */
export function costLadderModule(): ModuleDefinition {
  return costLadder;
}
