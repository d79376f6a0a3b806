import { type Observation, PromotionCycle, PromotionLoopSettings, titleOf } from '@daemonry/modules/promotions';
import { IsInt, Min } from 'class-validator';
import { type OnTick, Settings, type TickContext } from 'daemonry';

import { Nightly } from '../../decorators/Nightly';
import { Refunds } from './Refunds';

/** Settings of the loop, under `promote_refunds`, beside those of every promotion loop. */
@Settings('promote_refunds')
export class PromoteRefundsSettings extends PromotionLoopSettings {
  /** Minimum number of refunds for the same reason. */
  @IsInt()
  @Min(1)
  readonly minRefunds: number = 3;
}

/** Proposes to refund without asking a person, for reasons that are accepted again and again. Applies nothing. */
@Nightly(4)
export class PromoteRefunds implements OnTick {
  constructor(
    private readonly settings: PromoteRefundsSettings,
    private readonly refunds: Refunds,
    private readonly cycle: PromotionCycle,
  ) {}

  tick(context: TickContext): Promise<void> {
    return this.cycle.run('refunds', this.settings, context, () => this.#observe());
  }

  async #observe(): Promise<Observation> {
    const { granted } = this.refunds;
    const reasons = [...new Set(granted.map(({ reason }) => reason))];
    const proposals = reasons
      .map((reason) => ({ reason, same: granted.filter((refund) => refund.reason === reason) }))
      .filter(({ same }) => same.length >= this.settings.minRefunds)
      .map(({ reason, same }) => ({
        key: reason,
        title: titleOf(`Refund "${reason}" without asking`),
        confidence: Math.min(1, same.length / 10),
        body: { reason, refunds: same.length },
        samples: same.slice(0, 3).map(({ order }) => order),
        observedAt: Math.max(...same.map(({ at }) => at)),
      }));
    return { observed: granted.length, proposals };
  }
}
