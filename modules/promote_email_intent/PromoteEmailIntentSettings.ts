import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Settings } from 'daemonry';

import { PromotionLoopSettings } from '../promotions/PromotionCycle';

/** Settings of the mail loop, under `promote_email_intent`. */
@Settings('promote_email_intent')
export class PromoteEmailIntentSettings extends PromotionLoopSettings {
  /** How far back mails are looked at. */
  @IsDuration({ min: '1h', max: '365d' })
  readonly window: Duration = '14d';

  /** At most so many mails are looked at, the newest ones. */
  @IsInt()
  @Min(10)
  @Max(2_000)
  readonly maxObservations: number = 1_000;

  /** A subject belongs to others from this likeness on; subjects are short, so it is lower than for questions. */
  @IsNumber()
  @Min(0.1)
  @Max(1)
  readonly similarity: number = 0.65;

  /** So many mails with the same intent and such a subject there must be. */
  @IsInt()
  @Min(2)
  @Max(1_000)
  readonly minClusterSize: number = 3;
}
