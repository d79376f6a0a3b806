import { ContainerModule } from 'inversify';

import { bindCostLadder } from './bindCostLadder';

/** How far the month's spending has come towards a budget that a person sets. */
export function costLadderModule(): ContainerModule {
  return new ContainerModule(bindCostLadder);
}

export { bindCostLadder } from './bindCostLadder';
export { type BudgetChange, CostLadder, type CostLadderStatus } from './CostLadder';
export { CostLadderSettings } from './CostLadderSettings';
export { COST_TIERS, type CostTier } from './CostTier';
