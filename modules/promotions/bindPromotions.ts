import type { ContainerModuleLoadOptions } from 'inversify';

import { bindAuditLog } from '../audit_log/bindAuditLog';
import { WebRoutes } from '../web/WebRoutes';
import { PromotionCycle } from './PromotionCycle';
import { PromotionRoutes } from './PromotionRoutes';
import { Promotions } from './Promotions';
import { PromotionStore } from './PromotionStore';

/** Binds the promotions, what they need and their routes, unless they are bound already. */
export function bindPromotions(options: ContainerModuleLoadOptions): void {
  const { bind, isBound } = options;
  bindAuditLog(options);
  if (isBound(Promotions)) return;
  bind(PromotionStore).toSelf();
  bind(Promotions).toSelf();
  bind(PromotionCycle).toSelf();
  bind(PromotionRoutes).toSelf();
  bind(WebRoutes).toService(PromotionRoutes);
}
