import { AuditEventTypes, auditLogModule } from '@daemonry/modules/audit_log';
import { promotionsModule } from '@daemonry/modules/promotions';
import { webModule, WebRoutes } from '@daemonry/modules/web';
import { defineModule, type ModuleDefinition } from 'daemonry';

import { booksModule } from '../books';
import { PromoteRefunds } from './PromoteRefunds';
import { REFUND_EVENTS } from './refundEvents';
import { RefundRoutes } from './RefundRoutes';
import { Refunds } from './Refunds';

const refunds = defineModule('refunds', {
  needs: [booksModule(), auditLogModule(), promotionsModule(), webModule()],
  bind: ({ bind }) => {
    bind(AuditEventTypes).toConstantValue(REFUND_EVENTS);
    bind(Refunds).toSelf();
    bind(RefundRoutes).toSelf();
    bind(WebRoutes).toService(RefundRoutes);
    bind(PromoteRefunds).toSelf();
  },
});

/** Refunds over HTTP, and the loop that proposes to automate them. Brings along the modules that it needs. */
export function refundsModule(): ModuleDefinition {
  return refunds;
}

export { PromoteRefundsSettings } from './PromoteRefunds';
export { type Refund, Refunds, RefundsSettings } from './Refunds';
export { RefundTooLargeError } from './RefundTooLargeError';
