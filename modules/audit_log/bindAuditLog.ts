import type { ContainerModuleLoadOptions } from 'inversify';

import { WebRoutes } from '../web/WebRoutes';
import { AuditLog } from './AuditLog';
import { AuditRoutes } from './AuditRoutes';

/** Binds the audit log and its routes, unless they are bound already. */
export function bindAuditLog({ bind, isBound }: ContainerModuleLoadOptions): void {
  if (isBound(AuditLog)) return;
  bind(AuditLog).toSelf();
  bind(AuditRoutes).toSelf();
  bind(WebRoutes).toService(AuditRoutes);
}
