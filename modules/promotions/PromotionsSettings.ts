import { IsIn } from 'class-validator';
import { Settings } from 'daemonry';

/** Settings of the promotions, under `promotions`. */
@Settings('promotions')
export class PromotionsSettings {
  /** The second gate: whether an approved promotion may be executed. Nothing that ships executes one, so `on` is refused as well. */
  @IsIn(['off', 'on'])
  readonly execution: 'off' | 'on' = 'off';
}
