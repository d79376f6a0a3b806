import type { ContainerModuleLoadOptions } from 'inversify';

import { bindAuditLog } from '../audit_log/bindAuditLog';
import { bindTelemetry } from '../cost_telemetry/bindTelemetry';
import { WebRoutes } from '../web/WebRoutes';
import { CostLadder } from './CostLadder';
import { CostLadderRoutes } from './CostLadderRoutes';

/** Binds the cost ladder, what it needs and its routes, unless it is bound already. */
export function bindCostLadder(options: ContainerModuleLoadOptions): void {
  const { bind, isBound } = options;
  if (isBound(CostLadder)) return;
  bindAuditLog(options);
  bindTelemetry(options);
  bind(CostLadder).toSelf();
  bind(CostLadderRoutes).toSelf();
  bind(WebRoutes).toService(CostLadderRoutes);
}
