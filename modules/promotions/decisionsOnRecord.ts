import type { AuditLog } from '../audit_log/AuditLog';
import type { Promotion } from './Promotion';

/** A decision that is in the audit log, and has not reached the store. */
export interface RecordedDecision {
  readonly promotion: Promotion;
  readonly change: Pick<Promotion, 'state' | 'decidedBy' | 'reason'>;
}

/**
 * Finds the decisions about pending promotions that a process had put on record, and not into the store, when it was killed:
 * the newest of each promotion that is not older than its state.
 */
export async function decisionsOnRecord(audit: AuditLog, pending: readonly Promotion[]): Promise<RecordedDecision[]> {
  if (pending.length === 0) return [];
  const open = new Map(pending.map((promotion) => [promotion.id, promotion]));
  const since = Math.min(...pending.map(({ changedAt }) => Date.parse(changedAt)));
  const found = new Map<string, RecordedDecision>();
  for await (const event of audit.scan({
    since,
    types: ['promotion.approved', 'promotion.rejected', 'promotion.expired'],
  })) {
    const { id, by, reason } = event.details as { id: string; by?: string; reason?: string };
    const promotion = open.get(id);
    if (promotion === undefined) continue;
    const age = Date.parse(event.at) - Date.parse(promotion.changedAt);
    // An expiry at the very instant of a renewal came before it.
    if (age < 0 || (age === 0 && event.type === 'promotion.expired')) continue;
    const state = event.type.slice('promotion.'.length) as Promotion['state'];
    const change = {
      state,
      ...(by === undefined ? {} : { decidedBy: by }),
      ...(reason === undefined ? {} : { reason }),
    };
    found.set(id, { promotion, change });
  }
  return [...found.values()];
}
