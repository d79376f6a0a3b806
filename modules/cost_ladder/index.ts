export { type BudgetChange, CostLadder, type CostLadderStatus, CostLadderSettings } from './CostLadder';
export { COST_TIERS, type CostTier } from './LadderRecord';
export { costLadderModule } from './module';
export { COST_LADDER_EVENTS } from './costLadderEvents';
