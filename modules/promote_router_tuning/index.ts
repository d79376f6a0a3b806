import { ContainerModule } from 'inversify';

import { bindTelemetry } from '../cost_telemetry/bindTelemetry';
import { bindPromotions } from '../promotions/bindPromotions';
import { PromoteRouterTuning } from './PromoteRouterTuning';

/** Proposes to review what decides between the models, as the daemon `promote_router_tuning`. */
export function promoteRouterTuningModule(): ContainerModule {
  return new ContainerModule((options) => {
    bindTelemetry(options);
    bindPromotions(options);
    options.bind(PromoteRouterTuning).toSelf();
  });
}

export { PromoteRouterTuning } from './PromoteRouterTuning';
export { PromoteRouterTuningSettings } from './PromoteRouterTuningSettings';
