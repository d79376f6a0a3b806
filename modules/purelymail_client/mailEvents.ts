import { type AuditDetailsOf, AuditEventTypes, field } from '../audit_log/AuditEventTypes';

const { text, texts } = field;

declare module '../audit_log/auditEvents' {
  interface AuditDetails extends AuditDetailsOf<typeof OUTGOING_MAIL_EVENTS> {}
}

/** The audit event of outgoing mail. */
export const OUTGOING_MAIL_EVENTS = new AuditEventTypes({
  'email.send_refused': { to: texts(), reason: text() },
});
