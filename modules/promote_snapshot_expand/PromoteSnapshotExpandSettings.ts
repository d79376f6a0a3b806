import { ArrayMaxSize, IsArray, IsInt, Length, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Settings } from 'daemonry';

import { PromotionLoopSettings } from '../promotions/PromotionCycle';

/** Settings of the snapshot loop, under `promote_snapshot_expand`. */
@Settings('promote_snapshot_expand')
export class PromoteSnapshotExpandSettings extends PromotionLoopSettings {
  /** How far back calls of tools are looked at. */
  @IsDuration({ min: '1h', max: '365d' })
  readonly window: Duration = '7d';

  /** So often a tool must have been called. */
  @IsInt()
  @Min(2)
  @Max(100_000)
  readonly minCalls: number = 5;

  /** The tools whose answers the snapshot holds already. */
  @IsArray()
  @ArrayMaxSize(1_000)
  @Length(1, 256, { each: true })
  readonly backedTools: readonly string[] = [];
}
