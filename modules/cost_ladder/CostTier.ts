/** From the least to the most that is spent. */
export const COST_TIERS = ['normal', 'warned', 'downshifted', 'halted'] as const;
export type CostTier = (typeof COST_TIERS)[number];
