import { type AuditDetailsOf, AuditEventTypes, field } from '../audit_log/AuditEventTypes';

const { text } = field;
const name = text(256);

declare module '../audit_log/auditEvents' {
  interface AuditDetails extends AuditDetailsOf<typeof OPERATIONAL_STATE_EVENTS> {}
}

/** The audit event of the operational state. */
export const OPERATIONAL_STATE_EVENTS = new AuditEventTypes({
  'operational_state.changed': { from: name, to: name, reason: text(), by: name },
});
