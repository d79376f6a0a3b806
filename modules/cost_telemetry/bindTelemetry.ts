import type { ContainerModuleLoadOptions } from 'inversify';

import { bindAuditLog } from '../audit_log/bindAuditLog';
import { WebRoutes } from '../web/WebRoutes';
import { Telemetry } from './Telemetry';
import { TelemetryRoutes } from './TelemetryRoutes';

/** Binds the counters, what they need and their routes, unless they are bound already. */
export function bindTelemetry(options: ContainerModuleLoadOptions): void {
  const { bind, isBound } = options;
  if (isBound(Telemetry)) return;
  bindAuditLog(options);
  bind(Telemetry).toSelf();
  bind(TelemetryRoutes).toSelf();
  bind(WebRoutes).toService(TelemetryRoutes);
}
