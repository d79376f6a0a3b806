import { choice, number, optional, text } from '../shared/fields';
import { readFields } from '../shared/readFields';
import { LARGEST_BUDGET_USD, SMALLEST_BUDGET_USD } from './budgetLimits';
import { COST_TIERS, type CostTier } from './CostTier';

/** What the ladder's file holds. */
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
