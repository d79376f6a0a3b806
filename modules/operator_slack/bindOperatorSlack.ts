import type { ContainerModuleLoadOptions } from 'inversify';

import { bindMessageLog } from '../message_log/bindMessageLog';
import { OperatorSlack } from './OperatorSlack';

/** Binds {@link OperatorSlack} and what it needs, unless it is bound already. */
export function bindOperatorSlack(options: ContainerModuleLoadOptions): void {
  if (options.isBound(OperatorSlack)) return;
  bindMessageLog(options);
  options.bind(OperatorSlack).toSelf();
}
