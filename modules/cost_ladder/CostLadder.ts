import { Clock, ListenerLogger, Settings, StateDatabase } from 'daemonry';
import { injectable } from 'inversify';
import { IsNumber, Max, Min } from 'class-validator';

import { AuditLog } from '../audit_log/AuditLog';
import { Telemetry } from '../cost_telemetry/Telemetry';
import { IsAtLeastField } from '../shared/settings';
import { StateDocument } from '../shared/StateDocument';
import { type CostTier, type LadderRecord, parseLadder, LARGEST_BUDGET_USD, SMALLEST_BUDGET_USD } from './LadderRecord';

/** The state of the cost ladder. */
export interface CostLadderStatus {
  /** The present tier. */
  readonly tier: CostTier;
  /** Since the month began, in UTC. */
  readonly spentUsd: number;
  /** For a month. */
  readonly budgetUsd: number;
  /** Percentage of the budget that is spent; above 100 when it is exceeded. */
  readonly usedPercent: number;
}

/** A change of the monthly budget. */
export interface BudgetChange {
  /** 0.01 to 1,000,000. */
  readonly monthlyBudgetUsd: number;
  /** Up to 500 characters; what is longer is cut. */
  readonly reason: string;
  /** The person who changes it; cut after 100 characters. */
  readonly by: string;
}

/** Settings of the cost ladder, under `cost_ladder`. */
@Settings('cost_ladder')
export class CostLadderSettings {
  /** Budget for models in a calendar month, in USD, until another one is set at run time. */
  @IsNumber()
  @Min(SMALLEST_BUDGET_USD)
  @Max(LARGEST_BUDGET_USD)
  readonly monthlyBudgetUsd: number = 200;

  /** The share of the budget in percent from which the tier is `warned`. */
  @IsNumber()
  @Min(1)
  @Max(1_000)
  readonly warnAt: number = 70;

  /** The share of the budget in percent from which the tier is `downshifted`. */
  @IsNumber()
  @Min(1)
  @Max(1_000)
  @IsAtLeastField('warnAt')
  readonly downshiftAt: number = 90;

  /** The share of the budget in percent from which the tier is `halted`. */
  @IsNumber()
  @Min(1)
  @Max(1_000)
  @IsAtLeastField('downshiftAt')
  readonly haltAt: number = 100;
}

/**
 * How far the month's spending has come towards the budget, as a tier: `normal`, `warned`, `downshifted` (only the cheap
 * model), `halted` (no model). It is for others to obey. The budget that a person has set outlives the process.
 */
@injectable()
export class CostLadder {
  readonly #document: StateDocument<LadderRecord>;
  /** The tier of which the log says that it could not be recorded. */
  #unrecorded: CostTier | undefined;

  constructor(
    private readonly settings: CostLadderSettings,
    private readonly telemetry: Telemetry,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
    state: StateDatabase,
  ) {
    this.#document = new StateDocument<LadderRecord>(state, {
      owner: 'cost_ladder',
      parse: parseLadder,
      initial: () => ({}),
    });
  }

  /**
   * The present. A tier other than that of the call before, of whatever process, is put into the audit log, once; when that
   * fails it is logged, and the next call tries again.
   *
   * @throws StateError, StateDocumentError
   */
  async current(): Promise<CostLadderStatus> {
    await this.telemetry.restore();
    return this.#present(await this.#document.read());
  }

  /**
   * Resolves with the present under the new budget, once it is stored and in the audit log. When it rejects, nothing has
   * changed.
   *
   * @throws TypeError for a budget out of its limits; StateError, StateDocumentError
   */
  async setBudget({ monthlyBudgetUsd, reason, by }: BudgetChange): Promise<CostLadderStatus> {
    await this.telemetry.restore();
    const changed = await this.#document.updateWith(this.audit, async (record, append) => {
      const changedAt = new Date(this.clock.now()).toISOString();
      const next = parseLadder({ ...record, monthlyBudgetUsd, reason, by, changedAt });
      const details = { fromUsd: this.#budget(record), toUsd: monthlyBudgetUsd, reason, by };
      await append('cost_ladder.budget_changed', details, { source: 'cost_ladder' });
      return next;
    });
    return this.#present(changed);
  }

  async #present(record: LadderRecord): Promise<CostLadderStatus> {
    const status = this.#status(record);
    if (status.tier !== tierOf(record)) await this.#tell(status);
    return status;
  }

  #status(record: LadderRecord): CostLadderStatus {
    const spentUsd = this.telemetry.window('monthly').total.costUsd;
    const budgetUsd = this.#budget(record);
    const usedPercent = (spentUsd * 100) / budgetUsd;
    return { tier: this.#tier(usedPercent), spentUsd, budgetUsd, usedPercent };
  }

  #tier(usedPercent: number): CostTier {
    const { warnAt, downshiftAt, haltAt } = this.settings;
    if (usedPercent >= haltAt) return 'halted';
    if (usedPercent >= downshiftAt) return 'downshifted';
    return usedPercent >= warnAt ? 'warned' : 'normal';
  }

  #budget({ monthlyBudgetUsd = this.settings.monthlyBudgetUsd }: LadderRecord): number {
    return monthlyBudgetUsd;
  }

  /** Puts the tier into the audit log, and remembers that it is there. */
  async #tell(status: CostLadderStatus): Promise<void> {
    try {
      await this.#document.updateWith(this.audit, async (record, append) => {
        const { tier, spentUsd, budgetUsd } = this.#status(record);
        const from = tierOf(record);
        if (tier === from) return record;
        await append('cost_ladder.tier_changed', { from, to: tier, spentUsd, budgetUsd }, { source: 'cost_ladder' });
        return { ...record, tier };
      });
      this.#unrecorded = undefined;
    } catch (error) {
      const { tier } = status;
      if (this.#unrecorded !== tier) this.log.error('A change of the cost tier could not be recorded', { tier, error });
      this.#unrecorded = tier;
    }
  }
}

const tierOf = ({ tier = 'normal' }: LadderRecord): CostTier => tier;
