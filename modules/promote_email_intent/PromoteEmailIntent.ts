import { BackgroundDaemon, Clock, durationMs, type OnTick, type TickContext } from 'daemonry';

import { AuditLog } from '../audit_log/AuditLog';
import { Newest } from '../promotions/bounded';
import { type Observation, PromotionCycle } from '../promotions/PromotionCycle';
import { Promotions } from '../promotions/Promotions';
import { PromoteEmailIntentSettings } from './PromoteEmailIntentSettings';
import { type LoggedIntent, proposeIntents } from './proposeIntents';

const LONGEST_SUBJECT = 500;

/** Proposes patterns for mails whose intent is recognised again and again, and only logged. */
@BackgroundDaemon({ name: 'promote_email_intent', interval: '24h', misfire: 'run-once' })
export class PromoteEmailIntent implements OnTick {
  constructor(
    private readonly settings: PromoteEmailIntentSettings,
    private readonly audit: AuditLog,
    private readonly promotions: Promotions,
    private readonly cycle: PromotionCycle,
    private readonly clock: Clock,
  ) {}

  tick(context: TickContext): Promise<void> {
    return this.cycle.run('email_intent', this.settings, context, () => this.#observe(context.signal));
  }

  async #observe(signal: AbortSignal): Promise<Observation> {
    const { window, maxObservations } = this.settings;
    const mails = new Newest<LoggedIntent>(maxObservations);
    const since = this.clock.now() - durationMs(window);
    for await (const event of this.audit.scan({ since, types: ['email.intent_logged'], signal })) {
      if (event.type !== 'email.intent_logged') continue;
      const { subject, intent } = event.details;
      const isSubject = subject.trim() !== '' && subject.length <= LONGEST_SUBJECT;
      if (isSubject) mails.add({ subject, intent, at: Date.parse(event.at) });
    }
    const earlier = await this.promotions.list({ loop: 'email_intent' });
    return proposeIntents(mails.items, { ...this.settings, earlier, signal });
  }
}
