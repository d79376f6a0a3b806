import { defineModule, type ModuleDefinition } from 'daemonry';

import { bindAuditLog } from './bindAuditLog';

const auditLog = defineModule('audit_log', {
  bind: bindAuditLog,
});

/** The append-only audit log, to inject as `AuditLog`, and its routes. */
export function auditLogModule(): ModuleDefinition {
  return auditLog;
}
