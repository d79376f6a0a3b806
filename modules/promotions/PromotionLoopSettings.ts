import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { IsDuration, type Duration } from 'daemonry';

/** What the settings of every promotion loop have in common. How often is `listeners.promote_<loop>.interval`. */
export abstract class PromotionLoopSettings {
  /** Whether the loop observes and proposes; asked at every tick. */
  @IsBoolean()
  readonly enabled: boolean = true;

  /** A proposal that nobody decided for so long expires. */
  @IsDuration({ min: '1h', max: '365d' })
  readonly expiry: Duration = '14d';

  /** At most so many new proposals a tick, the most confident ones first; the others wait for the next tick. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly maxProposals: number = 20;
}
