import { defineModule, type ModuleDefinition } from 'daemonry';

import { AuditEventTypes } from '../audit_log/AuditEventTypes';
import { auditLogModule } from '../audit_log/module';
import { OPERATIONAL_STATE_EVENTS } from './stateEvents';
import { WebRoutes } from '../web/WebRoutes';
import { OperationalState } from './OperationalState';
import { OperationalStateRoutes } from './OperationalStateRoutes';

const operationalState = defineModule('operational_state', {
  needs: [auditLogModule()],
  bind: ({ bind }) => {
    bind(AuditEventTypes).toConstantValue(OPERATIONAL_STATE_EVENTS);
    bind(OperationalState).toSelf();
    bind(OperationalStateRoutes).toSelf();
    bind(WebRoutes).toService(OperationalStateRoutes);
  },
});

/** The switch between normal operation and maintenance, to inject as `OperationalState`, and its routes. */
export function operationalStateModule(): ModuleDefinition {
  return operationalState;
}
