import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Settings } from 'daemonry';

import { PromotionLoopSettings } from '../promotions/PromotionCycle';

/** Settings of the loop of fixes, under `promote_probe_fix_envelopes`. */
@Settings('promote_probe_fix_envelopes')
export class PromoteProbeFixEnvelopesSettings extends PromotionLoopSettings {
  /** How far back investigations are looked at. */
  @IsDuration({ min: '1h', max: '365d' })
  readonly window: Duration = '14d';

  /** So often the same trouble of a probe must have been investigated. */
  @IsInt()
  @Min(2)
  @Max(10_000)
  readonly minClusterSize: number = 3;

  /** Approves proposals of low risk that nobody decided. It executes nothing. */
  @IsBoolean()
  readonly autoApproveLowRisk: boolean = false;

  /** A proposal of low risk is approved no earlier than so long after it was made. */
  @IsDuration({ min: '1m', max: '365d' })
  readonly autoApproveWait: Duration = '1h';
}
