import { createHash } from 'node:crypto';

import type { PromotionLoop } from '../audit_log/AuditEvent';
import { PROMOTION_LOOPS } from '../audit_log/auditEvents';

const ID = new RegExp(`^(${PROMOTION_LOOPS.join('|')})-[0-9a-f]{16}$`);

/** The id of the promotion that `loop` makes for `key`: always the same, and safe as the name of a file. */
export function promotionId(loop: PromotionLoop, key: string): string {
  return `${loop}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

/** The loop that an id names; `undefined` for what is no id. */
export function loopOf(id: string): PromotionLoop | undefined {
  return ID.exec(id)?.[1] as PromotionLoop | undefined;
}
