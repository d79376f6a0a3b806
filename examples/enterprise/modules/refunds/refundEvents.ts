import { type AuditDetailsOf, AuditEventTypes, field } from '@daemonry/modules/audit_log';

/** Events of the audit log that the refunds append. */
export const REFUND_EVENTS = new AuditEventTypes({
  'refund.granted': { order: field.text(200), cents: field.number, reason: field.text(200), by: field.text(200) },
});

declare module '@daemonry/modules/audit_log' {
  interface AuditDetails extends AuditDetailsOf<typeof REFUND_EVENTS> {}
}
