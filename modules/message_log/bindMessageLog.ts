import type { ContainerModuleLoadOptions } from 'inversify';

import { bindAuditLog } from '../audit_log/bindAuditLog';
import { WebRoutes } from '../web/WebRoutes';
import { MessageLog } from './MessageLog';
import { MessageRoutes } from './MessageRoutes';

/** Binds the message log and its routes, unless they are bound already. */
export function bindMessageLog(options: ContainerModuleLoadOptions): void {
  const { bind, isBound } = options;
  bindAuditLog(options);
  if (isBound(MessageLog)) return;
  bind(MessageLog).toSelf();
  bind(MessageRoutes).toSelf();
  bind(WebRoutes).toService(MessageRoutes);
}
