import { BackgroundDaemon, Clock, durationMs, type OnTick, type TickContext } from 'daemonry';

import { MessageLog } from '../message_log/MessageLog';
import { Newest } from '../promotions/bounded';
import { type Observation, PromotionCycle } from '../promotions/PromotionCycle';
import { Promotions } from '../promotions/Promotions';
import { type Exchange, exchangeOf } from './Exchange';
import { PromotePhrasebookSettings } from './PromotePhrasebookSettings';
import { proposePhrases } from './proposePhrases';

/** Proposes phrases for questions on Slack that a model answers again and again in the same way. */
@BackgroundDaemon({ name: 'promote_phrasebook', interval: '24h', misfire: 'run-once' })
export class PromotePhrasebook implements OnTick {
  constructor(
    private readonly settings: PromotePhrasebookSettings,
    private readonly messages: MessageLog,
    private readonly promotions: Promotions,
    private readonly cycle: PromotionCycle,
    private readonly clock: Clock,
  ) {}

  tick(context: TickContext): Promise<void> {
    return this.cycle.run('phrasebook', this.settings, context, () => this.#observe(context.signal));
  }

  async #observe(signal: AbortSignal): Promise<Observation> {
    const { window, maxObservations } = this.settings;
    const exchanges = new Newest<Exchange>(maxObservations);
    const since = this.clock.now() - durationMs(window);
    const sent = this.messages.scan({ since, direction: 'out', channel: 'slack', route: 'slack_dm', signal });
    for await (const message of sent) {
      const exchange = exchangeOf(message);
      if (exchange !== undefined) exchanges.add(exchange);
    }
    const earlier = await this.promotions.list({ loop: 'phrasebook' });
    return proposePhrases(exchanges.items, { ...this.settings, earlier, signal });
  }
}
