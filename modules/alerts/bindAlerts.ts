import type { ContainerModuleLoadOptions } from 'inversify';

import { bindAuditLog } from '../audit_log/bindAuditLog';
import { bindCostLadder } from '../cost_ladder/bindCostLadder';
import { bindOperationalState } from '../operational_state/bindOperationalState';
import { WebRoutes } from '../web/WebRoutes';
import { AlertBook } from './AlertBook';
import { AlertRoutes } from './AlertRoutes';
import { Alerts } from './Alerts';
import { RecentEvents } from './RecentEvents';

/** Binds the alerts, what they are raised by, and their routes, unless they are bound already. */
export function bindAlerts(options: ContainerModuleLoadOptions): void {
  const { bind, isBound } = options;
  if (isBound(Alerts)) return;
  bindAuditLog(options);
  bindCostLadder(options);
  bindOperationalState(options);
  bind(RecentEvents).toSelf();
  bind(AlertBook).toSelf();
  bind(Alerts).toSelf();
  bind(AlertRoutes).toSelf();
  bind(WebRoutes).toService(AlertRoutes);
}
