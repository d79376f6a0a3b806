import { IsInt, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Settings } from 'daemonry';

import { PromotionLoopSettings } from '../promotions/PromotionCycle';

/** Settings of the tool loop, under `promote_tool_trimming`. */
@Settings('promote_tool_trimming')
export class PromoteToolTrimmingSettings extends PromotionLoopSettings {
  /** How far back calls of tools are looked at. */
  @IsDuration({ min: '1h', max: '365d' })
  readonly window: Duration = '30d';

  /** A route with fewer calls of tools is left alone. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly minCalls: number = 20;
}
