import type { ContainerModuleLoadOptions } from 'inversify';

import { bindAuditLog } from '../audit_log/bindAuditLog';
import { WebRoutes } from '../web/WebRoutes';
import { OperationalState } from './OperationalState';
import { OperationalStateRoutes } from './OperationalStateRoutes';

/** Binds the operational state, what it needs and its routes, unless it is bound already. */
export function bindOperationalState(options: ContainerModuleLoadOptions): void {
  const { bind, isBound } = options;
  if (isBound(OperationalState)) return;
  bindAuditLog(options);
  bind(OperationalState).toSelf();
  bind(OperationalStateRoutes).toSelf();
  bind(WebRoutes).toService(OperationalStateRoutes);
}
