import type { ContainerModuleLoadOptions } from 'inversify';

import { WebRoutes } from '../web/WebRoutes';
import { ProbeFindings, ProbeRoutes } from './ProbeFindings';

/** Binds {@link ProbeFindings} and its route, unless they are bound already. */
export function bindProbeFindings({ bind, isBound }: ContainerModuleLoadOptions): void {
  if (isBound(ProbeFindings)) return;
  bind(ProbeFindings).toSelf();
  bind(ProbeRoutes).toSelf();
  bind(WebRoutes).toService(ProbeRoutes);
}
