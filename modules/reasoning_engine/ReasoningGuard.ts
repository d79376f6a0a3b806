import { describeError } from 'daemonry';
import { injectable } from 'inversify';

import { CostLadder } from '../cost_ladder/CostLadder';
import type { CostTier } from '../cost_ladder/LadderRecord';
import { OperationalState } from '../operational_state/OperationalState';
import { type Refusal, refusal } from './Answer';

/** The permission to call a model, with the cost tier; or the refusal. */
export type SpendingPermit = { readonly ok: true; readonly tier: CostTier } | Refusal;

/** Decides whether the engine may answer at this moment. It may not while a state cannot be read. */
@injectable()
export class ReasoningGuard {
  constructor(
    private readonly state: OperationalState,
    private readonly ladder: CostLadder,
  ) {}

  /** The refusal of any answer; `undefined` if the engine may answer. */
  async refusal(): Promise<Refusal | undefined> {
    try {
      const { state, reason = 'no reason given' } = await this.state.current();
      if (state === 'running') return undefined;
      return refusal(`operational_state_${state}`, `Nothing is answered: the application is ${state} (${reason}).`);
    } catch (error) {
      return refusal(
        'state_unreadable',
        `Nothing is answered: the operational state is unknown. ${describeError(error)}`,
      );
    }
  }

  /** Decides whether a model may be called. */
  async spending(): Promise<SpendingPermit> {
    const refused = await this.refusal();
    if (refused !== undefined) return refused;
    try {
      const { tier, spentUsd, budgetUsd } = await this.ladder.current();
      if (tier !== 'halted') return { ok: true, tier };
      const figures = `${spentUsd.toFixed(2)} of ${budgetUsd.toFixed(2)} USD`;
      return refusal('cost_ladder_halted', `No model is asked: the budget of this month is spent (${figures}).`);
    } catch (error) {
      return refusal('state_unreadable', `No model is asked: what has been spent is unknown. ${describeError(error)}`);
    }
  }
}
