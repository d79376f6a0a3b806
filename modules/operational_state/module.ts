import { defineModule, type ModuleDefinition } from 'daemonry';

import { auditLogModule } from '../audit_log/module';
import { bindOperationalState } from './bindOperationalState';

const operationalState = defineModule('operational_state', {
  needs: [auditLogModule()],
  bind: bindOperationalState,
});

/** The switch between normal operation and maintenance, to inject as `OperationalState`, and its routes. */
export function operationalStateModule(): ModuleDefinition {
  return operationalState;
}
