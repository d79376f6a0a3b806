import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Settings } from 'daemonry';

import { PromotionLoopSettings } from '../promotions/PromotionCycle';

/** Settings of the phrasebook loop, under `promote_phrasebook`. */
@Settings('promote_phrasebook')
export class PromotePhrasebookSettings extends PromotionLoopSettings {
  /** How far back answers are looked at. */
  @IsDuration({ min: '1h', max: '365d' })
  readonly window: Duration = '7d';

  /** At most so many answers are looked at, the newest ones. */
  @IsInt()
  @Min(10)
  @Max(2_000)
  readonly maxObservations: number = 1_000;

  /** A question belongs to others from this likeness on. */
  @IsNumber()
  @Min(0.1)
  @Max(1)
  readonly similarity: number = 0.85;

  /** So often a question must have been asked. */
  @IsInt()
  @Min(2)
  @Max(1_000)
  readonly minClusterSize: number = 5;

  /** Answers are the same from this likeness on. */
  @IsNumber()
  @Min(0.1)
  @Max(1)
  readonly answerSimilarity: number = 0.92;

  /** This share of the answers must be the same. */
  @IsNumber()
  @Min(0.1)
  @Max(1)
  readonly answerShare: number = 0.75;
}
