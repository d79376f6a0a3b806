import { IsNumber, Max, Min } from 'class-validator';
import { Settings } from 'daemonry';

import { IsAtLeastField } from '../shared/IsAtLeastField';
import { LARGEST_BUDGET_USD, SMALLEST_BUDGET_USD } from './budgetLimits';

/** Settings of the cost ladder, under `cost_ladder`. */
@Settings('cost_ladder')
export class CostLadderSettings {
  /** What models may cost in a calendar month, in USD, until somebody sets another budget. */
  @IsNumber()
  @Min(SMALLEST_BUDGET_USD)
  @Max(LARGEST_BUDGET_USD)
  readonly monthlyBudgetUsd: number = 200;

  /** The share of the budget in percent from which the tier is `warned`. */
  @IsNumber()
  @Min(1)
  @Max(1_000)
  readonly warnAt: number = 70;

  /** The share of the budget in percent from which the tier is `downshifted`. */
  @IsNumber()
  @Min(1)
  @Max(1_000)
  @IsAtLeastField('warnAt')
  readonly downshiftAt: number = 90;

  /** The share of the budget in percent from which the tier is `halted`. */
  @IsNumber()
  @Min(1)
  @Max(1_000)
  @IsAtLeastField('downshiftAt')
  readonly haltAt: number = 100;
}
