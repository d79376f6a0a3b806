import { IsIn } from 'class-validator';
import { Clock, ListenerLogger, Settings, type SqlStatements } from 'daemonry';
import { injectable } from 'inversify';

import { type AuditAppend, AuditLog } from '../audit_log/AuditLog';
import { checkDecision, checkProposal } from './checkProposal';
import { PromotionDecidedError, PromotionUnknownError } from './errors';
import { isLoopName, type Promotion, promotionId, type PromotionState, type Proposal } from './Promotion';
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
 * Every change and its event in the audit log are stored in one transaction: both, or neither. Calls are handled one after
 * the other.
 */
@injectable()
export class Promotions {
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
   * Rejects with {@link PromotionInvalidError}; with `PromotionDamagedError` when the row of this proposal is damaged; with
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
    return this.#together(async (statements, append) => {
      signal?.throwIfAborted();
      const earlier = await this.store.find(id, statements);
      if (earlier !== undefined && !isRenewed(earlier, observedAt)) return { outcome: 'known', state: earlier.state };
      const at = this.#now();
      const revision = (earlier?.revision ?? 0) + 1;
      const promotion: Promotion = { id, ...checked, state: 'pending', revision, proposedAt: at, changedAt: at };
      await append('promotion.proposed', { loop, id, key, title, confidence }, { source });
      await this.store.put(promotion, statements);
      signal?.throwIfAborted();
      return { outcome: 'stored', promotion };
    });
  }

  /** Lists promotions, the newest first. Rows that hold none are left out, with a warning; {@link survey} names them. */
  async list(filter: PromotionFilter = {}): Promise<readonly Promotion[]> {
    return (await this.survey(filter)).promotions;
  }

  /** Lists promotions, the newest first, and the rows of the store that hold none. */
  async survey(filter: PromotionFilter = {}): Promise<StoreListing> {
    if (filter.loop !== undefined && !isLoopName(filter.loop)) return { promotions: [], damaged: [] };
    const found = await this.store.list(filter);
    for (const { id, why } of found.damaged) this.log.warn(`The row ${id} holds no promotion: ${why}`);
    return found;
  }

  /** The promotion with this id; `undefined` when there is none. Rejects with `PromotionDamagedError` when its row is damaged. */
  async get(id: string): Promise<Promotion | undefined> {
    return this.store.find(id);
  }

  /**
   * Approves a pending promotion: the first gate. Applies nothing.
   *
   * Rejects with {@link PromotionUnknownError}; with {@link PromotionDecidedError} when it is not pending; with
   * `PromotionInvalidError` when `by` is blank; with `StateError`.
   */
  approve(id: string, { by }: { readonly by: string }): Promise<Promotion> {
    return this.#decide(id, { by }, async ({ loop }, append) => {
      await append('promotion.approved', { loop, id, by }, { source: SOURCE });
      return { state: 'approved', decidedBy: by };
    });
  }

  /** Rejects a pending promotion, which is then never proposed again. Fails for the same reasons as {@link approve}. */
  reject(id: string, { by, reason }: { readonly by: string; readonly reason: string }): Promise<Promotion> {
    return this.#decide(id, { by, reason }, async ({ loop }, append) => {
      await append('promotion.rejected', { loop, id, by, reason }, { source: SOURCE });
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
    return this.#together(async (statements, append) => {
      const before = this.clock.now() - olderThanMs;
      const { promotions } = await this.store.list({ loop, state: 'pending' }, statements);
      const old = promotions.filter(({ proposedAt }) => Date.parse(proposedAt) < before);
      for (const promotion of old) {
        signal?.throwIfAborted();
        await append('promotion.expired', { loop, id: promotion.id }, { source });
        await this.#move(promotion, { state: 'expired' }, statements);
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
    return this.#together(async (statements, append) => {
      const { loop, state } = await this.#existing(id, statements);
      const reason = this.#refusal(state);
      await append('promotion.execution_refused', { loop, id, by, reason }, { source: SOURCE });
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
    audited: (promotion: Promotion, append: AuditAppend) => Promise<Pick<Promotion, 'state' | 'decidedBy' | 'reason'>>,
  ): Promise<Promotion> {
    checkDecision(decision);
    return this.#together(async (statements, append) => {
      const promotion = await this.#existing(id, statements);
      if (promotion.state !== 'pending') throw new PromotionDecidedError(promotion);
      return this.#move(promotion, await audited(promotion, append), statements);
    });
  }

  async #existing(id: string, statements: SqlStatements): Promise<Promotion> {
    const promotion = await this.store.find(id, statements);
    if (promotion === undefined) throw new PromotionUnknownError(id);
    return promotion;
  }

  async #move(
    promotion: Promotion,
    change: Pick<Promotion, 'state' | 'decidedBy' | 'reason'>,
    statements: SqlStatements,
  ): Promise<Promotion> {
    const moved = { ...promotion, ...change, revision: promotion.revision + 1, changedAt: this.#now() };
    await this.store.put(moved, statements);
    return moved;
  }

  async #together<T>(work: (statements: SqlStatements, append: AuditAppend) => Promise<T>): Promise<T> {
    return this.audit.transaction(work);
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}

const listenerOf = (loop: string): string => `promote_${loop}`;

const isRenewed = ({ state, changedAt }: Promotion, observedAt: number | undefined): boolean =>
  state === 'expired' && observedAt !== undefined && observedAt > Date.parse(changedAt);
