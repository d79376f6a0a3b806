import { DaemonryError } from 'daemonry';

/** What was to be appended is not one of the events, or does not carry what that event carries. Nothing is written. */
export class AuditEventInvalidError extends DaemonryError<'AUDIT_EVENT_INVALID'> {
  constructor(type: string, why: string) {
    super('AUDIT_EVENT_INVALID', {
      what: `This is no event of the audit log: ${why}.`,
      facts: { type },
      fix: 'append what AuditDetails says of the type; a new type is a row in modules/audit_log/auditEvents.ts.',
    });
  }
}
