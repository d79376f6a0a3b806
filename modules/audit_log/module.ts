import { defineModule, type ModuleDefinition, OperatorJournal, StateTables } from 'daemonry';

import { WebRoutes } from '../web/WebRoutes';
import { ActJournal } from './ActJournal';
import { COMMON_EVENTS } from './auditEvents';
import { AuditEventTypes } from './AuditEventTypes';
import { AuditLog } from './AuditLog';
import { AuditRoutes } from './AuditRoutes';
import { AUDIT_TABLES } from './chain';

const auditLog = defineModule('audit_log', {
  bind: ({ bind }) => {
    bind(StateTables).toConstantValue(AUDIT_TABLES);
    bind(AuditEventTypes).toConstantValue(COMMON_EVENTS);
    bind(AuditLog).toSelf();
    bind(ActJournal).toSelf();
    bind(OperatorJournal).toService(ActJournal);
    bind(AuditRoutes).toSelf();
    bind(WebRoutes).toService(AuditRoutes);
  },
});

/** The append-only audit log, to inject as `AuditLog`, and its routes. */
export function auditLogModule(): ModuleDefinition {
  return auditLog;
}
