import { ContainerModule } from 'inversify';

import { bindPromotions } from './bindPromotions';

/** The store of what the promotion loops propose and what people decide about it, to inject as `Promotions`. */
export function promotionsModule(): ContainerModule {
  return new ContainerModule(bindPromotions);
}

export { bindPromotions };
export { type DamagedFile, type Promotion, PROMOTION_STATES, type PromotionState, type Proposal } from './Promotion';
export { type CycleSummary, type Observation, PromotionCycle } from './PromotionCycle';
export { PromotionDecidedError } from './PromotionDecidedError';
export { PromotionFileError } from './PromotionFileError';
export { promotionId } from './promotionId';
export { PromotionInvalidError } from './PromotionInvalidError';
export { PromotionLoopSettings } from './PromotionLoopSettings';
export {
  type ExecutionOutcome,
  type ExecutionRefusal,
  type PromotionFilter,
  Promotions,
  type ProposeOutcome,
} from './Promotions';
export type { StoreListing } from './PromotionStore';
export { PromotionsSettings } from './PromotionsSettings';
export { PromotionUnknownError } from './PromotionUnknownError';
