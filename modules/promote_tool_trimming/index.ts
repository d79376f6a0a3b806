import { ContainerModule } from 'inversify';

import { bindPromotions } from '../promotions/bindPromotions';
import { PromoteToolTrimming } from './PromoteToolTrimming';

/** Proposes to take tools away from routes that never call them, as the daemon `promote_tool_trimming`. */
export function promoteToolTrimmingModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindPromotions(options);
    options.bind(PromoteToolTrimming).toSelf();
  });
}

export { PromoteToolTrimming } from './PromoteToolTrimming';
export { PromoteToolTrimmingSettings } from './PromoteToolTrimmingSettings';
