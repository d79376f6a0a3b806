import { AuditLog, auditLogModule } from '@daemonry/modules/audit_log';
import { CostLadder, costLadderModule } from '@daemonry/modules/cost_ladder';
import { Telemetry } from '@daemonry/modules/cost_telemetry';
import { MessageLog, messageLogModule } from '@daemonry/modules/message_log';
import { OperationalState, operationalStateModule } from '@daemonry/modules/operational_state';
import { Promotions, promotionsModule } from '@daemonry/modules/promotions';
import { BackgroundDaemon, createApplication, type OnRun, type RunContext, runMain } from 'daemonry';

/** Stores with modules as fast as it can, and says of each, once it is acknowledged, that it is kept. */
@BackgroundDaemon({ fatalOnStartupFailure: true })
class Storing implements OnRun {
  constructor(
    private readonly audit: AuditLog,
    private readonly messages: MessageLog,
    private readonly promotions: Promotions,
    private readonly state: OperationalState,
    private readonly ladder: CostLadder,
    private readonly telemetry: Telemetry,
  ) {}

  async run({ signal }: RunContext): Promise<void> {
    for (let turn = await this.#next(); !signal.aborted; turn++) {
      const text = 'x'.repeat(2_000);
      const { sequence } = await this.audit.append(
        'email.intent_logged',
        { subject: 'large', text, intent: 'none' },
        { source: 'storing' },
      );
      say(`event ${sequence}`);
      const message = await this.messages.append({
        direction: 'in',
        channel: 'email',
        route: 'email_inbound',
        counterpart: 'a',
        status: 'received',
        text,
      });
      say(`message ${message.sequence}`);
      const proposal = { loop: 'kills', key: `${turn}`, title: 'a', confidence: 1, body: {}, samples: [] };
      const proposed = await this.promotions.propose(proposal);
      if (proposed.outcome !== 'stored') continue;
      await this.promotions.approve(proposed.promotion.id, { by: 'ada' });
      say(`approval ${proposed.promotion.id}`);
      const states = ['paused', 'running'] as const;
      await this.state.change({ state: states[turn % 2]!, reason: `turn ${turn}`, by: 'ada' });
      say(`state ${turn}`);
      await this.ladder.setBudget({ monthlyBudgetUsd: turn + 1, reason: 'a', by: 'ada' });
      this.telemetry.record({ route: 'slack_dm', model: 'a', inputTokens: 1, outputTokens: 1, costUsd: 0 });
      await this.telemetry.persist();
      say(`turn ${turn}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #next(): Promise<number> {
    return (await this.promotions.list({ loop: 'kills' })).length + 1;
  }
}

const say = (what: string): void => void process.stdout.write(`kept ${what}\n`);

void runMain(() =>
  createApplication({
    name: 'modules',
    listeners: [Storing],
    modules: [auditLogModule(), messageLogModule(), promotionsModule(), operationalStateModule(), costLadderModule()],
    config: { directory: false, env: {}, values: { state: { directory: process.env['STATE'] } } },
    logger: { log: ({ level, message }) => void process.stdout.write(`${level} ${message}\n`) },
  }),
);
