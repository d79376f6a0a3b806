import type { ContainerModuleLoadOptions } from 'inversify';

import { bindAuditLog } from '../audit_log/bindAuditLog';
import { bindMessageLog } from '../message_log/bindMessageLog';
import { bindOperationalState } from '../operational_state/bindOperationalState';
import { InboundMail } from './InboundMail';

/** Binds what decides about mail that came in, and what it needs, unless that is bound already. */
export function bindInboundMail(options: ContainerModuleLoadOptions): void {
  if (options.isBound(InboundMail)) return;
  bindAuditLog(options);
  bindMessageLog(options);
  bindOperationalState(options);
  options.bind(InboundMail).toSelf();
}
