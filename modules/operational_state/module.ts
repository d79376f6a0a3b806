import { defineModule, type ModuleDefinition, OperatorJournal } from 'daemonry';

import { AuditEventTypes } from '../audit_log/AuditEventTypes';
import { auditLogModule } from '../audit_log/module';
import { OPERATIONAL_STATE_EVENTS } from './stateEvents';
import { WebRoutes } from '../web/WebRoutes';
import { OperationalState } from './OperationalState';
import { OperationalStateRoutes } from './OperationalStateRoutes';
import { StateJournal } from './StateJournal';

const operationalState = defineModule('operational_state', {
  needs: [auditLogModule()],
  bind: ({ bind }) => {
    bind(AuditEventTypes).toConstantValue(OPERATIONAL_STATE_EVENTS);
    bind(OperationalState).toSelf();
    bind(StateJournal).toSelf();
    bind(OperatorJournal).toService(StateJournal);
    bind(OperationalStateRoutes).toSelf();
    bind(WebRoutes).toService(OperationalStateRoutes);
  },
});

/** The switch between normal operation and maintenance, to inject as `OperationalState`, and its routes. */
export function operationalStateModule(): ModuleDefinition {
  return operationalState;
}
