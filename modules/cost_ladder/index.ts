export { type BudgetChange, CostLadder, type CostLadderStatus } from './CostLadder';
export { CostLadderSettings } from './CostLadderSettings';
export { COST_TIERS, type CostTier } from './CostTier';
export { costLadderModule } from './module';
