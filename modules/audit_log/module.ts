import { defineModule, type ModuleDefinition } from 'daemonry';

import { WebRoutes } from '../web/WebRoutes';
import { COMMON_EVENTS } from './auditEvents';
import { AuditEventTypes } from './AuditEventTypes';
import { AuditLog } from './AuditLog';
import { AuditRoutes } from './AuditRoutes';

const auditLog = defineModule('audit_log', {
  bind: ({ bind }) => {
    bind(AuditEventTypes).toConstantValue(COMMON_EVENTS);
    bind(AuditLog).toSelf();
    bind(AuditRoutes).toSelf();
    bind(WebRoutes).toService(AuditRoutes);
  },
});

/** The append-only audit log, to inject as `AuditLog`, and its routes. */
export function auditLogModule(): ModuleDefinition {
  return auditLog;
}
