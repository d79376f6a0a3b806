import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { Clock, type Duration, durationMs, IsDuration, type TickContext } from 'daemonry';
import { injectable } from 'inversify';

import type { Proposal } from './Promotion';
import { Promotions } from './Promotions';

/** Settings that every promotion loop has. The schedule is `listeners.promote_<loop>.interval`. */
export abstract class PromotionLoopSettings {
  /** Switches the loop on or off; read at every tick. */
  @IsBoolean()
  readonly enabled: boolean = true;

  /** Age at which a proposal that nobody decided expires. */
  @IsDuration({ min: '1h', max: '365d' })
  readonly expiry: Duration = '14d';

  /** Maximum number of new proposals per tick, the most confident first; the others wait for the next tick. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly maxProposals: number = 20;
}

/** The result of a loop's observation. */
export interface Observation {
  /** Number of things that were looked at. */
  readonly observed: number;
  /** The proposals, in any order, without the name of the loop. */
  readonly proposals: readonly Omit<Proposal, 'loop'>[];
  /** Further figures for the summary. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** Figures of one tick of a loop, up to the step that it reached; logged at its end. */
export interface CycleSummary {
  /** False if the settings switch the loop off; then nothing was done. */
  readonly enabled: boolean;
  /** ISO text. */
  readonly startedAt: string;
  /** The last step that was begun. */
  readonly step: 'observe' | 'propose' | 'expire' | 'done';
  /** Number of things that were looked at. */
  readonly observed: number;
  /** Number of proposals that the observation led to. */
  readonly generated: number;
  /** Number of new proposals, stored as pending. */
  readonly stored: number;
  /** Number of proposals that had been made before, in any state. */
  readonly known: number;
  /** Number of proposals that could not be stored; each is logged. */
  readonly failed: number;
  /** Number of proposals above `maxProposals`, which wait for the next tick. */
  readonly deferred: number;
  /** Number of pending proposals that expired. */
  readonly expired: number;
  /** By the application's clock. */
  readonly durationMs: number;
}

type Progress = { -readonly [K in keyof Omit<CycleSummary, 'durationMs'>]: CycleSummary[K] };

/**
 * Runs the tick of a promotion loop: observe, propose, let old proposals expire. Every loop uses it, those that ship and
 * those of an application. A proposal that cannot be stored is logged and counted, and the others go on; a step that fails
 * ends the tick, which is then a failed run. The summary is logged in any case.
 */
@injectable()
export class PromotionCycle {
  constructor(
    private readonly promotions: Promotions,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs one tick. Rejects with the error of the step that failed, or with the signal's reason after it aborts.
   *
   * @param loop - name of the loop, in lower-case words with one underscore between them. Proposals are stored under it.
   * @param context - the context of the tick; its `name` is the source of the rows in the audit log.
   * @param observe - looks at the source of the loop, and returns the proposals. Not called while the loop is switched off.
   */
  async run(
    loop: string,
    settings: PromotionLoopSettings,
    context: Pick<TickContext, 'name' | 'log' | 'signal'>,
    observe: () => Promise<Observation>,
  ): Promise<void> {
    const { name, log, signal } = context;
    const begun = this.clock.now();
    const progress: Progress = { ...EMPTY, enabled: settings.enabled, startedAt: new Date(begun).toISOString() };
    let figures: Observation['figures'];
    try {
      if (!settings.enabled) return;
      const seen = await observe();
      figures = seen.figures;
      Object.assign(progress, { step: 'propose', observed: seen.observed, generated: seen.proposals.length });
      await this.#propose(loop, settings, seen.proposals, progress, context);
      progress.step = 'expire';
      const olderThanMs = durationMs(settings.expiry);
      progress.expired = await this.promotions.expire({ loop, olderThanMs, source: name, signal });
      progress.step = 'done';
    } finally {
      const summary = { ...progress, ...figures, durationMs: this.clock.now() - begun };
      log.info(settings.enabled ? `Promotion cycle: ${summary.stored} new` : `${name}.enabled is false`, summary);
    }
  }

  async #propose(
    loop: string,
    { maxProposals }: PromotionLoopSettings,
    proposals: Observation['proposals'],
    progress: Progress,
    { name, log, signal }: Pick<TickContext, 'name' | 'log' | 'signal'>,
  ): Promise<void> {
    const ordered = [...proposals].sort((a, b) => b.confidence - a.confidence);
    for (const [index, proposal] of ordered.entries()) {
      signal.throwIfAborted();
      if (progress.stored === maxProposals) {
        progress.deferred = ordered.length - index;
        return;
      }
      try {
        const { outcome } = await this.promotions.propose({ loop, ...proposal }, { source: name, signal });
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
