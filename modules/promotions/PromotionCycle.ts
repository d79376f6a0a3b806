import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Clock, durationMs, type TickContext } from 'daemonry';
import { injectable } from 'inversify';

import type { PromotionLoop } from '../audit_log/AuditEvent';
import type { Proposal } from './Promotion';
import { Promotions } from './Promotions';

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

/** What a loop saw, and what it makes of it. */
export interface Observation {
  /** How much was observed. */
  readonly observed: number;
  readonly proposals: readonly Omit<Proposal, 'loop'>[];
  /** Further figures for the summary. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** What a tick of a loop did, as far as it came; logged at its end. */
export interface CycleSummary {
  readonly enabled: boolean;
  readonly startedAt: string;
  /** The last step that was begun. */
  readonly step: 'observe' | 'propose' | 'expire' | 'done';
  readonly observed: number;
  readonly generated: number;
  /** New ones, stored as pending. */
  readonly stored: number;
  /** Made before, whatever became of them. */
  readonly known: number;
  /** Could not be stored; each is logged. */
  readonly failed: number;
  /** More than `maxProposals`: they wait for the next tick. */
  readonly deferred: number;
  readonly expired: number;
  readonly durationMs: number;
}

type Progress = { -readonly [K in keyof Omit<CycleSummary, 'durationMs'>]: CycleSummary[K] };

/**
 * The tick of every promotion loop: observe, propose, let old proposals expire. A proposal that cannot be stored is logged
 * and counted, and the others go on; a step that fails ends the tick, which is then a failed run. The summary is logged in
 * any case.
 */
@injectable()
export class PromotionCycle {
  constructor(
    private readonly promotions: Promotions,
    private readonly clock: Clock,
  ) {}

  async run(
    loop: PromotionLoop,
    settings: PromotionLoopSettings,
    { name, log, signal }: Pick<TickContext, 'name' | 'log' | 'signal'>,
    observe: () => Promise<Observation>,
  ): Promise<void> {
    const begun = this.clock.now();
    const progress: Progress = { ...EMPTY, enabled: settings.enabled, startedAt: new Date(begun).toISOString() };
    let figures: Observation['figures'];
    try {
      if (!settings.enabled) return;
      const seen = await observe();
      figures = seen.figures;
      Object.assign(progress, { step: 'propose', observed: seen.observed, generated: seen.proposals.length });
      await this.#propose(loop, settings, seen.proposals, progress, { log, signal });
      progress.step = 'expire';
      progress.expired = await this.promotions.expire({ loop, olderThanMs: durationMs(settings.expiry), signal });
      progress.step = 'done';
    } finally {
      const summary = { ...progress, ...figures, durationMs: this.clock.now() - begun };
      log.info(settings.enabled ? `Promotion cycle: ${summary.stored} new` : `${name}.enabled is false`, summary);
    }
  }

  async #propose(
    loop: PromotionLoop,
    { maxProposals }: PromotionLoopSettings,
    proposals: Observation['proposals'],
    progress: Progress,
    { log, signal }: Pick<TickContext, 'log' | 'signal'>,
  ): Promise<void> {
    const ordered = [...proposals].sort((a, b) => b.confidence - a.confidence);
    for (const [index, proposal] of ordered.entries()) {
      signal.throwIfAborted();
      if (progress.stored === maxProposals) {
        progress.deferred = ordered.length - index;
        return;
      }
      try {
        const { outcome } = await this.promotions.propose({ loop, ...proposal }, { signal });
        progress[outcome] += 1;
      } catch (error) {
        signal.throwIfAborted();
        progress.failed += 1;
        log.warn(`"${proposal.title}" could not be proposed`, { error });
      }
    }
  }
}

const EMPTY = {
  step: 'observe',
  observed: 0,
  generated: 0,
  stored: 0,
  known: 0,
  failed: 0,
  deferred: 0,
  expired: 0,
} as const;
