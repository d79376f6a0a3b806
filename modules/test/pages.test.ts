import { Alerts, alertsModule } from '@daemonry/modules/alerts';
import { adminModule } from '@daemonry/modules/admin';
import { CostLadder, costLadderModule } from '@daemonry/modules/cost_ladder';
import { Telemetry, telemetryModule } from '@daemonry/modules/cost_telemetry';
import { McpConsumption, mcpConsumptionModule } from '@daemonry/modules/mcp_consumption';
import { MessageLog, messageLogModule } from '@daemonry/modules/message_log';
import { metricsModule } from '@daemonry/modules/metrics';
import { OperationalState, operationalStateModule } from '@daemonry/modules/operational_state';
import { PurelymailClient, purelymailClientModule } from '@daemonry/modules/purelymail_client';
import { type ReasoningTool, ReasoningTools } from '@daemonry/modules/reasoning_engine';
import { SlackClient, slackClientModule } from '@daemonry/modules/slack_client';
import { snapshotModule } from '@daemonry/modules/snapshot';
import { webModule } from '@daemonry/modules/web';
import {
  Available,
  type Availability,
  BackgroundDaemon,
  createApplication,
  defineModule,
  Listener,
  type TickContext,
} from 'daemonry';
import { createTestApplication, type TestApplication } from 'daemonry/testing';
import { injectable } from 'inversify';
import { Counter, Registry } from 'prom-client';

// region alerts
@BackgroundDaemon({ interval: '1h' })
class AlertReport {
  constructor(private readonly alerts: Alerts) {}

  async tick({ log }: TickContext): Promise<void> {
    for (const { id, severity, title, detail, firstSeenAt } of await this.alerts.active()) {
      log.warn(title, { id, severity, detail, firstSeenAt });
    }
  }
}
// endregion alerts

// region cost_ladder
@BackgroundDaemon({ interval: '1h' })
class BudgetReport {
  constructor(private readonly ladder: CostLadder) {}

  async tick({ log }: TickContext): Promise<void> {
    const { tier, spentUsd, budgetUsd, usedPercent } = await this.ladder.current();
    log.info('The budget of the month', { tier, spentUsd, budgetUsd, usedPercent });
    await this.ladder.setBudget({ monthlyBudgetUsd: 400, reason: 'a busy month', by: 'kim' });
  }
}
// endregion cost_ladder

// region cost_telemetry
@BackgroundDaemon({ interval: '1h' })
class Summary {
  constructor(private readonly telemetry: Telemetry) {}

  tick({ log }: TickContext): void {
    this.telemetry.record({ route: 'slack_dm', model: 'small', inputTokens: 812, outputTokens: 96, costUsd: 0.0021 });

    const { since, routes, total } = this.telemetry.window('rolling_24h');
    log.info('The calls of models', { since, routes, total });
  }
}
// endregion cost_telemetry

// region message_log
@BackgroundDaemon({ interval: '1h' })
class Comparison {
  constructor(private readonly messages: MessageLog) {}

  async tick({ log }: TickContext): Promise<void> {
    await this.messages.append({
      direction: 'out',
      channel: 'slack',
      route: 'slack_dm',
      counterpart: 'U012AB3CD',
      status: 'sent',
      text: 'Twelve.',
      question: 'How many orders are open?',
      madeBy: 'engine',
    });

    for await (const { text, question } of this.messages.scan({ direction: 'out' }))
      log.info('Answered', { question, text });
  }
}
// endregion message_log

// region operational_state
@BackgroundDaemon({ interval: '1h' })
class DiskWatch {
  constructor(private readonly state: OperationalState) {}

  async tick({ log }: TickContext): Promise<void> {
    const { state, reason, by, since } = await this.state.current();
    log.info('The state of the application', { state, reason, by, since });
    await this.state.change({ state: 'paused', reason: 'the disk is full', by: 'kim' });
  }
}
// endregion operational_state

// region mcp_consumption
@BackgroundDaemon({ interval: '1h' })
class Triage {
  constructor(@Available(McpConsumption) private readonly mcp: Availability<McpConsumption>) {}

  async tick({ signal }: TickContext): Promise<void> {
    const mcp = this.mcp.current();
    if (mcp.state !== 'ready') return;
    const input = { owner: 'acme' };
    await mcp.instance.callTool({ endpoint: 'github', tool: 'list_issues', input, caller: 'triage', signal });
  }
}
// endregion mcp_consumption

// region purelymail_client
@BackgroundDaemon({ interval: '1h' })
class DiskMail {
  constructor(@Available(PurelymailClient) private readonly mail: Availability<PurelymailClient>) {}

  async tick({ log, signal }: TickContext): Promise<void> {
    const mail = this.mail.current();
    if (mail.state !== 'ready') return;
    const result = await mail.instance.send({ to: 'ops@example.org', subject: 'Disk full', text: 'It is.', signal });
    if (result.status === 'failed') log.warn(`The mail was not sent: ${result.code} ${result.reason}`);
  }
}
// endregion purelymail_client

// region slack_client
@BackgroundDaemon({ interval: '1h' })
class DoneNotice {
  constructor(@Available(SlackClient) private readonly slack: Availability<SlackClient>) {}

  async tick({ signal }: TickContext): Promise<void> {
    const slack = this.slack.current();
    if (slack.state === 'ready') await slack.instance.postMessage({ channel: 'C0123', text: 'done', signal });
  }
}
// endregion slack_client

@Listener()
class Orders {
  countOpen(country: string, _signal: AbortSignal): Promise<number> {
    return Promise.resolve(country === 'fr' ? 12 : 0);
  }
}

// region reasoning_engine
@injectable()
class OrderTools extends ReasoningTools {
  constructor(@Available(Orders) private readonly orders: Availability<Orders>) {
    super();
  }

  async list(): Promise<readonly ReasoningTool[]> {
    const orders = this.orders.current();
    if (orders.state !== 'ready') return [];
    return [
      {
        name: 'open_orders',
        description: 'How many orders are open, by country.',
        inputSchema: {
          type: 'object',
          properties: { country: { type: 'string', maxLength: 2 } },
          required: ['country'],
          additionalProperties: false,
        },
        call: async ({ country }, { signal }) =>
          `${await orders.instance.countOpen(String(country), signal)} are open.`,
      },
    ];
  }
}

const orderTools = defineModule('order_tools', {
  bind: ({ bind }) => {
    bind(OrderTools).toSelf();
    bind(ReasoningTools).toService(OrderTools);
  },
});
// endregion reasoning_engine

const slackShop = () =>
  // region README
  createApplication({ name: 'shop', modules: [slackClientModule()] });
// endregion README

const adminShop = () =>
  // region admin
  createApplication({ name: 'shop', modules: [webModule(), adminModule()] });
// endregion admin

const measuredShop = () =>
  // region metrics
  createApplication({ name: 'shop', modules: [webModule(), metricsModule()] });
// endregion metrics

const countingShop = () => {
  // region registry
  const registry = new Registry();
  const orders = new Counter({ name: 'orders_total', help: 'Orders taken.', registers: [registry] });

  const app = createApplication({ name: 'shop', modules: [webModule(), metricsModule({ registry })] });
  // endregion registry
  orders.inc();
  return app;
};

describe('The examples of the pages of modules', () => {
  let app: TestApplication;
  const listeners = [AlertReport, BudgetReport, Summary, Comparison, DiskWatch, Triage, DiskMail, DoneNotice];

  beforeAll(async () => {
    app = await createTestApplication({
      listeners,
      modules: [
        ...[alertsModule(), costLadderModule(), telemetryModule(), messageLogModule(), operationalStateModule()],
        ...[mcpConsumptionModule(), purelymailClientModule(), slackClientModule()],
      ],
    });
    await app.start();
  });
  afterAll(() => app.stop());

  it.each([
    'alert_report',
    'budget_report',
    'summary',
    'comparison',
    'disk_watch',
    'triage',
    'disk_mail',
    'done_notice',
  ])('run: %s', async (name) => {
    expect(await app.tick(name)).toMatchObject({ outcome: 'succeeded' });
  });

  it.each([
    ['README', slackShop, ['slack_client']],
    ['admin', adminShop, ['web', 'admin']],
    ['metrics', measuredShop, ['web', 'metrics']],
    ['a registry', countingShop, ['web', 'metrics']],
  ])('make the application of %s', async (_page, create, names) => {
    const { plan } = await create();

    expect([...plan.order].sort()).toEqual([...names].sort());
  });

  it('give the models of the reasoning engine a tool', async () => {
    const orders = await createTestApplication({ listeners: [Orders], modules: [orderTools] });
    await orders.start();
    const { signal } = new AbortController();

    const [tool] = await orders.container.get(OrderTools).list();

    expect(await tool?.call({ country: 'fr' }, { signal })).toBe('12 are open.');
  });

  it('work alone: snapshot warns of nothing that is not there', async () => {
    const { plan } = await createTestApplication({ modules: [snapshotModule()] });

    expect(plan.warnings).toEqual([]);
  });
});
