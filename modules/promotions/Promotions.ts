import { IsIn } from 'class-validator';
import { Settings, Clock, ListenerLogger } from 'daemonry';
import { injectable } from 'inversify';

import type { PromotionLoop } from '../audit_log/AuditEvent';
import { AuditLog } from '../audit_log/AuditLog';
import { PROMOTION_LOOPS } from '../audit_log/auditEvents';
import { checkDecision, checkProposal } from './checkProposal';
import { type DamagedFile, type Promotion, type PromotionState, type Proposal, promotionId } from './Promotion';
import { PromotionDecidedError, PromotionUnknownError } from './errors';
import { PromotionStore, type StoreListing } from './PromotionStore';

/** Settings of the promotions, under `promotions`. */
@Settings('promotions')
export class PromotionsSettings {
  /** The second gate: whether an approved promotion may be executed. Nothing that ships executes one, so `on` is refused as well. */
  @IsIn(['off', 'on'])
  readonly execution: 'off' | 'on' = 'off';
}

const SOURCE = 'promotions';

export type ProposeOutcome =
  | { readonly outcome: 'stored'; readonly promotion: Promotion }
  /** It was made before, and this is its state. */
  | { readonly outcome: 'known'; readonly state: PromotionState };

/** Why an execution was refused. There is no other outcome: nothing executes promotions. */
export type ExecutionRefusal = 'not_approved' | 'execution_disabled' | 'no_executor';

export interface ExecutionOutcome {
  readonly outcome: 'refused';
  readonly reason: ExecutionRefusal;
}

export interface PromotionFilter {
  readonly loop?: PromotionLoop;
  readonly state?: PromotionState;
}

/**
 * What the loops propose and what people decide about it. Nothing is ever applied: an approval is the first gate, the
 * execution a second one that refuses everything.
 *
 * Whatever happens to a promotion is written to the audit log before it happens, and does not happen when it cannot be
 * written. Calls come one after the other.
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
   * Stores a proposal as pending, unless the same one was made before, whatever became of it. Only an expired one is renewed,
   * under its id, and only when `observedAt` is later than its expiry.
   *
   * Rejects with {@link PromotionInvalidError}; with `PromotionFileError` when the file of this proposal is damaged; with
   * `AuditWriteError`.
   */
  async propose(proposal: Proposal, { signal }: { readonly signal?: AbortSignal } = {}): Promise<ProposeOutcome> {
    const { observedAt, ...checked } = checkProposal(proposal);
    const { loop, key, title, confidence } = checked;
    const id = promotionId(loop, key);
    return this.#alone(async () => {
      signal?.throwIfAborted();
      const earlier = await this.store.find(id);
      if (earlier !== undefined && !isRenewed(earlier, observedAt)) return { outcome: 'known', state: earlier.state };
      await this.audit.append('promotion.proposed', { loop, id, key, title, confidence }, { source: daemonOf(loop) });
      const at = this.#now();
      const revision = (earlier?.revision ?? 0) + 1;
      const promotion: Promotion = { id, ...checked, state: 'pending', revision, proposedAt: at, changedAt: at };
      await this.store.put(promotion, signal);
      return { outcome: 'stored', promotion };
    });
  }

  /** The newest first. Files that hold no promotion are left out, with a warning; {@link survey} names them. */
  async list(filter: PromotionFilter = {}): Promise<readonly Promotion[]> {
    return (await this.survey(filter)).promotions;
  }

  /** As {@link list}, with the files of the store that hold no promotion. */
  async survey({ loop, state }: PromotionFilter = {}): Promise<StoreListing> {
    const { promotions, damaged } = await this.#read(loop);
    for (const { path, why } of damaged) this.log.warn(`${path} holds no promotion: ${why}`);
    const selected = promotions
      .filter((promotion) => state === undefined || promotion.state === state)
      .sort((a, b) => b.proposedAt.localeCompare(a.proposedAt) || a.id.localeCompare(b.id));
    return { promotions: selected, damaged };
  }

  /** `undefined` when there is none. Rejects with `PromotionFileError` when its file is damaged. */
  get(id: string): Promise<Promotion | undefined> {
    return this.#alone(() => this.store.find(id));
  }

  /**
   * Passes the first gate. Applies nothing.
   *
   * Rejects with {@link PromotionUnknownError}; with {@link PromotionDecidedError} when it is not pending; with
   * `PromotionInvalidError` when `by` names nobody; with `AuditWriteError`.
   */
  approve(id: string, { by }: { readonly by: string }): Promise<Promotion> {
    return this.#decide(id, { by }, async ({ loop }) => {
      await this.audit.append('promotion.approved', { loop, id, by }, { source: SOURCE });
      return { state: 'approved', decidedBy: by };
    });
  }

  /** It is not proposed again. Rejects as {@link approve} does. */
  reject(id: string, { by, reason }: { readonly by: string; readonly reason: string }): Promise<Promotion> {
    return this.#decide(id, { by, reason }, async ({ loop }) => {
      await this.audit.append('promotion.rejected', { loop, id, by, reason }, { source: SOURCE });
      return { state: 'rejected', decidedBy: by, reason };
    });
  }

  /** Lets the pending promotions of a loop that are older than this expire, and says how many did. */
  expire({
    loop,
    olderThanMs,
    signal,
  }: {
    readonly loop: PromotionLoop;
    readonly olderThanMs: number;
    readonly signal?: AbortSignal;
  }): Promise<number> {
    return this.#alone(async () => {
      const before = this.clock.now() - olderThanMs;
      const { promotions } = await this.store.list(loop);
      const old = promotions.filter(({ state, proposedAt }) => state === 'pending' && Date.parse(proposedAt) < before);
      for (const promotion of old) {
        signal?.throwIfAborted();
        await this.audit.append('promotion.expired', { loop, id: promotion.id }, { source: daemonOf(loop) });
        await this.#move(promotion, { state: 'expired' });
      }
      return old.length;
    });
  }

  /**
   * The second gate. It refuses: what is not approved, everything while `promotions.execution` is off, and the rest because
   * nothing executes promotions. Every refusal is in the audit log.
   *
   * Rejects with {@link PromotionUnknownError}; with `PromotionInvalidError` when `by` names nobody; with `AuditWriteError`.
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

  #read(loop: PromotionLoop | undefined): Promise<{ promotions: Promotion[]; damaged: DamagedFile[] }> {
    return this.#alone(async () => {
      const promotions: Promotion[] = [];
      const damaged: DamagedFile[] = [];
      for (const each of loop === undefined ? PROMOTION_LOOPS : [loop]) {
        const found = await this.store.list(each);
        promotions.push(...found.promotions);
        damaged.push(...found.damaged);
      }
      return { promotions, damaged };
    });
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(async () => {
      if (!this.#recovered) await this.store.recover();
      this.#recovered = true;
      return work();
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}

const daemonOf = (loop: PromotionLoop): string => `promote_${loop}`;

const isRenewed = ({ state, changedAt }: Promotion, observedAt: number | undefined): boolean =>
  state === 'expired' && observedAt !== undefined && observedAt > Date.parse(changedAt);
