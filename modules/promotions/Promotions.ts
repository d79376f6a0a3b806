import { IsIn } from 'class-validator';
import { Clock, ListenerLogger, Settings } from 'daemonry';
import { injectable } from 'inversify';

import { AuditLog } from '../audit_log/AuditLog';
import { checkDecision, checkProposal } from './checkProposal';
import { decisionsOnRecord } from './decisionsOnRecord';
import { PromotionDecidedError, PromotionUnknownError } from './errors';
import {
  type DamagedFile,
  isLoopName,
  type Promotion,
  promotionId,
  type PromotionState,
  type Proposal,
} from './Promotion';
import { PromotionStore, type StoreListing } from './PromotionStore';

/** Settings of the store of promotions, under `promotions`. */
@Settings('promotions')
export class PromotionsSettings {
  /**
   * The second gate: `off` refuses to execute approved promotions. Nothing that ships executes one, so `on` refuses as well,
   * for that reason.
   */
  @IsIn(['off', 'on'])
  readonly execution: 'off' | 'on' = 'off';
}

const SOURCE = 'promotions';

/** The result of a proposal. */
export type ProposeOutcome =
  | {
      /** It is new, or renewed, and pending now. */
      readonly outcome: 'stored';
      /** The stored promotion. */
      readonly promotion: Promotion;
    }
  | {
      /** The same proposal was made before. */
      readonly outcome: 'known';
      /** Its state. */
      readonly state: PromotionState;
    };

/** Why an execution was refused. There is no other outcome: nothing executes promotions. */
export type ExecutionRefusal = 'not_approved' | 'execution_disabled' | 'no_executor';

/** The result of an attempt to execute a promotion. */
export interface ExecutionOutcome {
  /** Always refused. */
  readonly outcome: 'refused';
  /** The first reason that applies, in the order of {@link ExecutionRefusal}. */
  readonly reason: ExecutionRefusal;
}

/** Selects promotions. Without a field, all of them. */
export interface PromotionFilter {
  /** Name of the loop that proposed them. */
  readonly loop?: string;
  /** The state that they are in. */
  readonly state?: PromotionState;
}

/**
 * Keeps the proposals of the loops, and the decisions that people make about them. Nothing is ever applied: an approval is
 * the first gate, the execution a second one that refuses everything.
 *
 * Every change is written to the audit log first, and does not happen when that fails. Calls are handled one after the
 * other.
 */
@injectable()
export class Promotions {
  #last: Promise<unknown> = Promise.resolve();
  #recovered = false;

  constructor(
    private readonly store: PromotionStore,
    private readonly audit: AuditLog,
    private readonly settings: PromotionsSettings,
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
  ) {}

  /**
   * Stores a proposal as pending, unless the same one was made before and is still known in any state. Only an expired one
   * is renewed, under its id, and only when `observedAt` is later than its expiry.
   *
   * @param options.source - the listener that proposes, for the audit log. @defaultValue `promote_<loop>`
   * @param options.signal - ends the call with its reason, before anything is stored.
   *
   * Rejects with {@link PromotionInvalidError}; with `PromotionFileError` when the file of this proposal is damaged; with
   * `StateError`.
   */
  async propose(
    proposal: Proposal,
    options: { readonly source?: string; readonly signal?: AbortSignal } = {},
  ): Promise<ProposeOutcome> {
    const { observedAt, ...checked } = checkProposal(proposal);
    const { loop, key, title, confidence } = checked;
    const { source = listenerOf(loop), signal } = options;
    const id = promotionId(loop, key);
    return this.#alone(async () => {
      signal?.throwIfAborted();
      const earlier = await this.store.find(id);
      if (earlier !== undefined && !isRenewed(earlier, observedAt)) return { outcome: 'known', state: earlier.state };
      await this.audit.append('promotion.proposed', { loop, id, key, title, confidence }, { source });
      const at = this.#now();
      const revision = (earlier?.revision ?? 0) + 1;
      const promotion: Promotion = { id, ...checked, state: 'pending', revision, proposedAt: at, changedAt: at };
      await this.store.put(promotion, signal);
      return { outcome: 'stored', promotion };
    });
  }

  /** Lists promotions, the newest first. Files that hold none are left out, with a warning; {@link survey} names them. */
  async list(filter: PromotionFilter = {}): Promise<readonly Promotion[]> {
    return (await this.survey(filter)).promotions;
  }

  /** Lists promotions, the newest first, and the files of the store that hold none. */
  async survey({ loop, state }: PromotionFilter = {}): Promise<StoreListing> {
    const { promotions, damaged } = await this.#read(loop);
    for (const { path, why } of damaged) this.log.warn(`${path} holds no promotion: ${why}`);
    const selected = promotions
      .filter((promotion) => state === undefined || promotion.state === state)
      .sort((a, b) => b.proposedAt.localeCompare(a.proposedAt) || a.id.localeCompare(b.id));
    return { promotions: selected, damaged };
  }

  /** The promotion with this id; `undefined` when there is none. Rejects with `PromotionFileError` when its file is damaged. */
  get(id: string): Promise<Promotion | undefined> {
    return this.#alone(() => this.store.find(id));
  }

  /**
   * Approves a pending promotion: the first gate. Applies nothing.
   *
   * Rejects with {@link PromotionUnknownError}; with {@link PromotionDecidedError} when it is not pending; with
   * `PromotionInvalidError` when `by` is blank; with `StateError`.
   */
  approve(id: string, { by }: { readonly by: string }): Promise<Promotion> {
    return this.#decide(id, { by }, async ({ loop }) => {
      await this.audit.append('promotion.approved', { loop, id, by }, { source: SOURCE });
      return { state: 'approved', decidedBy: by };
    });
  }

  /** Rejects a pending promotion, which is then never proposed again. Fails for the same reasons as {@link approve}. */
  reject(id: string, { by, reason }: { readonly by: string; readonly reason: string }): Promise<Promotion> {
    return this.#decide(id, { by, reason }, async ({ loop }) => {
      await this.audit.append('promotion.rejected', { loop, id, by, reason }, { source: SOURCE });
      return { state: 'rejected', decidedBy: by, reason };
    });
  }

  /**
   * Lets the pending promotions of a loop that are older than `olderThanMs` expire. Resolves with their number.
   *
   * @param options.source - the listener that asks for it, for the audit log. @defaultValue `promote_<loop>`
   */
  expire({
    loop,
    olderThanMs,
    source = listenerOf(loop),
    signal,
  }: {
    readonly loop: string;
    readonly olderThanMs: number;
    readonly source?: string;
    readonly signal?: AbortSignal;
  }): Promise<number> {
    return this.#alone(async () => {
      const before = this.clock.now() - olderThanMs;
      const { promotions } = await this.store.list(loop);
      const old = promotions.filter(({ state, proposedAt }) => state === 'pending' && Date.parse(proposedAt) < before);
      for (const promotion of old) {
        signal?.throwIfAborted();
        await this.audit.append('promotion.expired', { loop, id: promotion.id }, { source });
        await this.#move(promotion, { state: 'expired' });
      }
      return old.length;
    });
  }

  /**
   * The second gate. Refuses promotions that are not approved, all of them while `promotions.execution` is off, and the rest
   * because nothing executes promotions. Every refusal is in the audit log.
   *
   * Rejects with {@link PromotionUnknownError}; with `PromotionInvalidError` when `by` is blank; with `StateError`.
   */
  async execute(id: string, { by }: { readonly by: string }): Promise<ExecutionOutcome> {
    checkDecision({ by });
    return this.#alone(async () => {
      const { loop, state } = await this.#existing(id);
      const reason = this.#refusal(state);
      await this.audit.append('promotion.execution_refused', { loop, id, by, reason }, { source: SOURCE });
      return { outcome: 'refused', reason };
    });
  }

  #refusal(state: PromotionState): ExecutionRefusal {
    if (state !== 'approved') return 'not_approved';
    return this.settings.execution === 'off' ? 'execution_disabled' : 'no_executor';
  }

  async #decide(
    id: string,
    decision: { readonly by: string; readonly reason?: string },
    audited: (promotion: Promotion) => Promise<Pick<Promotion, 'state' | 'decidedBy' | 'reason'>>,
  ): Promise<Promotion> {
    checkDecision(decision);
    return this.#alone(async () => {
      const promotion = await this.#existing(id);
      if (promotion.state !== 'pending') throw new PromotionDecidedError(promotion);
      return this.#move(promotion, await audited(promotion));
    });
  }

  async #existing(id: string): Promise<Promotion> {
    const promotion = await this.store.find(id);
    if (promotion === undefined) throw new PromotionUnknownError(id);
    return promotion;
  }

  async #move(promotion: Promotion, change: Pick<Promotion, 'state' | 'decidedBy' | 'reason'>): Promise<Promotion> {
    const moved = { ...promotion, ...change, revision: promotion.revision + 1, changedAt: this.#now() };
    await this.store.put(moved);
    return moved;
  }

  #read(loop: string | undefined): Promise<{ promotions: Promotion[]; damaged: DamagedFile[] }> {
    return this.#alone(async () => {
      const promotions: Promotion[] = [];
      const damaged: DamagedFile[] = [];
      for (const each of loop === undefined ? await this.store.loops() : [loop].filter(isLoopName)) {
        const found = await this.store.list(each);
        promotions.push(...found.promotions);
        damaged.push(...found.damaged);
      }
      return { promotions, damaged };
    });
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(async () => {
      if (!this.#recovered) await this.#recover();
      this.#recovered = true;
      return work();
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Heals what a crash left: files in two states, and decisions that are on record and not in the store. */
  async #recover(): Promise<void> {
    await this.store.recover();
    const pending: Promotion[] = [];
    for (const loop of await this.store.loops()) {
      const { promotions } = await this.store.list(loop);
      pending.push(...promotions.filter(({ state }) => state === 'pending'));
    }
    for (const { promotion, change } of await decisionsOnRecord(this.audit, pending)) {
      await this.#move(promotion, change);
      this.log.warn(
        `The promotion ${promotion.id} was ${change.state} on record and pending in the store: it is ${change.state}`,
      );
    }
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}

const listenerOf = (loop: string): string => `promote_${loop}`;

const isRenewed = ({ state, changedAt }: Promotion, observedAt: number | undefined): boolean =>
  state === 'expired' && observedAt !== undefined && observedAt > Date.parse(changedAt);
