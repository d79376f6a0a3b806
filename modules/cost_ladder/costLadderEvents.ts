import { type AuditDetailsOf, AuditEventTypes, field } from '../audit_log/AuditEventTypes';

const { number, text } = field;
const name = text(256);

declare module '../audit_log/auditEvents' {
  interface AuditDetails extends AuditDetailsOf<typeof COST_LADDER_EVENTS> {}
}

/** The audit events of the cost ladder. */
export const COST_LADDER_EVENTS = new AuditEventTypes({
  'cost_ladder.tier_changed': { from: name, to: name, spentUsd: number, budgetUsd: number },
  'cost_ladder.budget_changed': { fromUsd: number, toUsd: number, reason: text(), by: name },
});
