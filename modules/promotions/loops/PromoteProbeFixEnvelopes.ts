import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import {
  BackgroundDaemon,
  Clock,
  type Duration,
  durationMs,
  IsDuration,
  type ListenerLogger,
  type OnTick,
  Settings,
  type TickContext,
} from 'daemonry';

import { AuditLog } from '../../audit_log/AuditLog';
import { LimitedMap } from '../bounded';
import { titleOf } from '../checkProposal';
import type { Promotion } from '../Promotion';
import { type Observation, PromotionCycle, PromotionLoopSettings } from '../PromotionCycle';
import { Promotions } from '../Promotions';
import { beginningOf } from '../../shared/text';

/** Settings of the loop of fixes, under `promote_probe_fix_envelopes`. */
@Settings('promote_probe_fix_envelopes')
export class PromoteProbeFixEnvelopesSettings extends PromotionLoopSettings {
  /** Age of the oldest investigations that are read. */
  @IsDuration({ min: '1h', max: '365d' })
  readonly window: Duration = '14d';

  /** Minimum number of investigations of the same trouble of a probe. */
  @IsInt()
  @Min(2)
  @Max(10_000)
  readonly minClusterSize: number = 3;

  /** Approves proposals of low risk that nobody decided. Executes nothing. */
  @IsBoolean()
  readonly autoApproveLowRisk: boolean = false;

  /** Least age at which a proposal of low risk is approved without a person. */
  @IsDuration({ min: '1m', max: '365d' })
  readonly autoApproveWait: Duration = '1h';
}

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

/** Proposes fixes for trouble that probes find repeatedly. Fixes nothing itself. */
@BackgroundDaemon({ name: NAME, interval: '24h', misfire: 'run-once' })
export class PromoteProbeFixEnvelopes implements OnTick {
  constructor(
    private readonly settings: PromoteProbeFixEnvelopesSettings,
    private readonly audit: AuditLog,
    private readonly promotions: Promotions,
    private readonly cycle: PromotionCycle,
    private readonly clock: Clock,
  ) {}

  /** Runs one promotion cycle, then approves proposals of low risk if the settings say so. */
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
      const head = engine === 'answered' ? trouble.heads.obtain(beginningOf(text.trim(), HEAD_LENGTH)) : undefined;
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

/** Summary of the investigations of one trouble of one probe. */
export interface Investigations {
  readonly probe: string;
  readonly category: string;
  readonly count: number;
  /** Beginnings of the answers, with the number of answers that began so. */
  readonly heads: ReadonlyMap<string, number>;
  /** When the newest one was completed; epoch ms. */
  readonly lastAt: number;
}

/** Proposes a fix for each trouble that was investigated at least `minClusterSize` times. */
export function proposeEnvelopes(
  all: readonly Investigations[],
  { minClusterSize }: { readonly minClusterSize: number },
): Observation['proposals'] {
  return all
    .filter(({ count }) => count >= minClusterSize)
    .map(({ probe, category, count, heads, lastAt }) => {
      const [recommendation] = [...heads].sort(([, a], [, b]) => b - a).map(([head]) => head);
      return {
        key: JSON.stringify([probe, category]),
        title: titleOf(`Fix ${category} of ${probe} without an investigation`),
        confidence: Math.min(1, count / (2 * minClusterSize)),
        body: {
          probe,
          category,
          fixName: `${snake(probe)}_${snake(category)}`,
          recommendation,
          blastRadius: blastRadius(probe, category),
          investigations: count,
        },
        samples: recommendation === undefined ? [] : [recommendation],
        observedAt: lastAt,
      };
    });
}

const snake = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');

/**
 * Selects the pending promotions of low risk that were proposed at `before` (epoch ms) or earlier. The risk is decided anew:
 * the value in a promotion's body does not count, because files may have been edited.
 */
function lowRiskPending(promotions: readonly Promotion[], before: number): readonly Promotion[] {
  return promotions.filter(({ state, proposedAt, body: { probe, category } }) => {
    const isLow = typeof probe === 'string' && typeof category === 'string' && blastRadius(probe, category) === 'low';
    return isLow && state === 'pending' && Date.parse(proposedAt) <= before;
  });
}

/** Fixing these restarts one machine, and may be repeated without harm. */
const LOW_ON_FLY = new Set(['machine_down', 'machine_not_started', 'single_machine_not_started']);

/** The damage that a fix can do: `low` if it is known to touch one machine only, else `high`. */
export const blastRadius = (probe: string, category: string): 'low' | 'high' =>
  probe === 'fly' && LOW_ON_FLY.has(category) ? 'low' : 'high';
