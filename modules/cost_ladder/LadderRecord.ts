import { choice, number, optional, text, readFields } from '../shared/fields';

/** From the least to the most that is spent. */
export const COST_TIERS = ['normal', 'warned', 'downshifted', 'halted'] as const;
/** A tier of the cost ladder, by which models are chosen or refused. */
export type CostTier = (typeof COST_TIERS)[number];

/** In USD for a month. */
export const SMALLEST_BUDGET_USD = 0.01;
export const LARGEST_BUDGET_USD = 1_000_000;

/** The stored state of the ladder. */
export interface LadderRecord {
  /** The tier of which the audit log has heard last; absent: the lowest. */
  readonly tier?: CostTier;
  /** The budget that a person has set, with who, why and when (ISO text); absent: that of the settings. */
  readonly monthlyBudgetUsd?: number;
  readonly by?: string;
  readonly reason?: string;
  readonly changedAt?: string;
}

const FIELDS = {
  tier: optional(choice(...COST_TIERS)),
  monthlyBudgetUsd: optional(number),
  by: optional(text(100)),
  reason: optional(text(500)),
  changedAt: optional(text(40)),
};

/** @throws TypeError */
export function parseLadder(value: unknown): LadderRecord {
  const record = readFields(FIELDS, value);
  const { monthlyBudgetUsd: budget } = record;
  if (budget !== undefined && !(budget >= SMALLEST_BUDGET_USD && budget <= LARGEST_BUDGET_USD)) {
    throw new TypeError(`"monthlyBudgetUsd" must be from ${SMALLEST_BUDGET_USD} to ${LARGEST_BUDGET_USD}`);
  }
  return record;
}
