import { BackgroundDaemon, Clock, durationMs, type ListenerLogger, type OnTick, type TickContext } from 'daemonry';

import { AuditLog } from '../audit_log/AuditLog';
import { LimitedMap } from '../promotions/bounded';
import { type Observation, PromotionCycle } from '../promotions/PromotionCycle';
import { Promotions } from '../promotions/Promotions';
import { lowRiskPending } from './lowRiskPending';
import { PromoteProbeFixEnvelopesSettings } from './PromoteProbeFixEnvelopesSettings';
import { proposeEnvelopes } from './proposeEnvelopes';

const NAME = 'promote_probe_fix_envelopes';
const LOOP = 'probe_fix_envelopes';
const HEAD_LENGTH = 240;
const MOST_TROUBLES = 1_000;
const MOST_HEADS = 100;

const newTrouble = () => ({
  heads: new LimitedMap<string, { count: number }>(() => ({ count: 0 }), MOST_HEADS),
  count: 0,
  lastAt: 0,
});

/** Proposes fixes for what probes find again and again. Nothing here fixes anything. */
@BackgroundDaemon({ name: NAME, interval: '24h', misfire: 'run-once' })
export class PromoteProbeFixEnvelopes implements OnTick {
  constructor(
    private readonly settings: PromoteProbeFixEnvelopesSettings,
    private readonly audit: AuditLog,
    private readonly promotions: Promotions,
    private readonly cycle: PromotionCycle,
    private readonly clock: Clock,
  ) {}

  async tick(context: TickContext): Promise<void> {
    const { enabled, autoApproveLowRisk } = this.settings;
    await this.cycle.run(LOOP, this.settings, context, () => this.#observe(context.signal));
    if (enabled && autoApproveLowRisk) await this.#approveLowRisk(context);
  }

  async #observe(signal: AbortSignal): Promise<Observation> {
    const troubles = new LimitedMap<string, ReturnType<typeof newTrouble>>(newTrouble, MOST_TROUBLES);
    const since = this.clock.now() - durationMs(this.settings.window);
    let observed = 0;
    for await (const event of this.audit.scan({ since, types: ['probe.investigation_completed'], signal })) {
      if (event.type !== 'probe.investigation_completed' || event.details.autofixRan) continue;
      const { probe, category, engine, text } = event.details;
      observed += 1;
      const trouble = troubles.obtain(JSON.stringify([probe, category]));
      if (trouble === undefined) continue;
      trouble.count += 1;
      trouble.lastAt = Date.parse(event.at);
      // A fallback recommends nothing.
      const head = engine === 'answered' ? trouble.heads.obtain(text.trim().slice(0, HEAD_LENGTH)) : undefined;
      if (head !== undefined) head.count += 1;
    }
    const all = [...troubles.entries()].map(([key, { heads, ...trouble }]) => {
      const [probe = '', category = ''] = JSON.parse(key) as string[];
      return {
        probe,
        category,
        ...trouble,
        heads: new Map([...heads.entries()].map(([head, { count }]) => [head, count])),
      };
    });
    return { observed, proposals: proposeEnvelopes(all, this.settings), figures: { ignored: troubles.overflow } };
  }

  async #approveLowRisk({ log, signal }: { log: ListenerLogger; signal: AbortSignal }): Promise<void> {
    const before = this.clock.now() - durationMs(this.settings.autoApproveWait);
    const pending = await this.promotions.list({ loop: LOOP, state: 'pending' });
    for (const { id } of lowRiskPending(pending, before)) {
      signal.throwIfAborted();
      try {
        await this.promotions.approve(id, { by: NAME });
        log.info(`Approved ${id}, which is of low risk; nothing is executed`);
      } catch (error) {
        log.warn(`${id} could not be approved`, { error });
      }
    }
  }
}
