import { defineModule, type ModuleDefinition } from 'daemonry';

import { auditLogModule } from '../audit_log/module';
import { telemetryModule } from '../cost_telemetry/module';
import { bindCostLadder } from './bindCostLadder';

const costLadder = defineModule('cost_ladder', {
  needs: [auditLogModule(), telemetryModule()],
  bind: bindCostLadder,
});

/** The budget of a month and how far it is spent, to inject as `CostLadder`, and its routes. */
export function costLadderModule(): ModuleDefinition {
  return costLadder;
}
