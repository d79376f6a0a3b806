import { type AuditDetailsOf, AuditEventTypes, field } from '../audit_log/AuditEventTypes';

const { number, optional, text } = field;
const name = text(256);

declare module '../audit_log/auditEvents' {
  interface AuditDetails extends AuditDetailsOf<typeof PROMOTION_EVENTS> {}
}

/** The audit events of promotions, all with the name of the loop and the id of the promotion. */
export const PROMOTION_EVENTS = new AuditEventTypes({
  'promotion.proposed': { loop: name, id: name, key: text(512), title: text(512), confidence: number },
  'promotion.approved': { loop: name, id: name, by: name, reason: optional(text()) },
  'promotion.rejected': { loop: name, id: name, by: name, reason: optional(text()) },
  'promotion.expired': { loop: name, id: name },
  'promotion.execution_refused': { loop: name, id: name, by: name, reason: text() },
});
