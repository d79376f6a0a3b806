import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { Settings } from 'daemonry';

import { PromotionLoopSettings } from '../promotions/PromotionCycle';

/** Settings of the router loop, under `promote_router_tuning`. It looks at the last 24 hours. */
@Settings('promote_router_tuning')
export class PromoteRouterTuningSettings extends PromotionLoopSettings {
  /** A route with fewer calls is left alone. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly minCalls: number = 20;

  /** From this share of calls that went to the strong model on, what sends them there is to be reviewed. */
  @IsNumber()
  @Min(0.01)
  @Max(1)
  readonly tightenThreshold: number = 0.4;

  /** From so many overrides by people on, what keeps a route from the strong model is to be reviewed. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly loosenOverrideThreshold: number = 3;
}
