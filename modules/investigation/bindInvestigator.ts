import type { ContainerModuleLoadOptions } from 'inversify';

import { bindAuditLog } from '../audit_log/bindAuditLog';
import { bindOperatorSlack } from '../operator_slack/bindOperatorSlack';
import { Investigator } from './Investigator';

/** Binds {@link Investigator} and what it needs, unless it is bound already. */
export function bindInvestigator(options: ContainerModuleLoadOptions): void {
  if (options.isBound(Investigator)) return;
  bindAuditLog(options);
  bindOperatorSlack(options);
  options.bind(Investigator).toSelf();
}
