import { ContainerModule } from 'inversify';

import { bindPromotions } from './bindPromotions';

/** The store of what the promotion loops propose and what people decide about it, to inject as `Promotions`. */
export function promotionsModule(): ContainerModule {
  return new ContainerModule(bindPromotions);
}

export { bindPromotions };
export {
  type DamagedFile,
  type Promotion,
  PROMOTION_STATES,
  type PromotionState,
  type Proposal,
  promotionId,
} from './Promotion';
export { type CycleSummary, type Observation, PromotionCycle, PromotionLoopSettings } from './PromotionCycle';
export { PromotionDecidedError, PromotionFileError, PromotionInvalidError, PromotionUnknownError } from './errors';
export {
  type ExecutionOutcome,
  type ExecutionRefusal,
  type PromotionFilter,
  Promotions,
  type ProposeOutcome,
  PromotionsSettings,
} from './Promotions';
export type { StoreListing } from './PromotionStore';
