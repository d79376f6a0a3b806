import { alertNotifierModule } from '@daemonry/modules/alert_notifier';
import { type AlertWake, alertWakeModule } from '@daemonry/modules/alert_wake';
import { type AuditDetails, AuditLog } from '@daemonry/modules/audit_log';
import { OperationalState } from '@daemonry/modules/operational_state';
import { reasoningEngineModule } from '@daemonry/modules/reasoning_engine';

import { type DataOptions, givenApplication, givenFolder } from './support/givenData';
import { givenEngine } from './support/givenEngine';
import {
  endOperators,
  givenOperator,
  givenTelling,
  givenUnhealthy,
  type Operator,
  slackRefuses,
} from './support/givenOperator';
import { auditDetails, readAudit, readMessages } from './support/readAudit';

const COMPLETED = 'alert.investigation_completed';

type App = Awaited<ReturnType<typeof givenApplication>>;
type Dispatched = AuditDetails['notification.dispatched'];

jest.setTimeout(30_000);

afterEach(endOperators);

/** A running application that investigates what is announced. */
async function givenWake(
  operator: Operator,
  { settings = {}, folder, modules = [], overrides = [] }: DataOptions & { settings?: object; folder?: string } = {},
) {
  const options = { modules: [alertWakeModule(), ...modules], overrides, values: { alert_wake: settings } };
  const given = await givenTelling(operator, options, folder);
  const { app } = given;
  const wake = app.listeners.resolve<AlertWake>('alert_wake');
  const tick = async () => {
    expect(await app.tick('alert_wake')).toMatchObject({ outcome: 'succeeded' });
    return wake.outcomes;
  };
  return { ...given, wake, tick };
}

/** A row as the notifier writes it. */
const announce = (app: App, details: Partial<Dispatched> = {}) =>
  app.container.get(AuditLog).append(
    'notification.dispatched',
    {
      alertIds: ['service_unhealthy:billing'],
      category: 'service_unhealthy',
      severity: 'warning',
      channel: 'slack',
      kind: 'single',
      status: 'ok',
      title: 'billing is unhealthy.',
      detail: 'Answered 500.',
      ...details,
    },
    { source: 'alert_notifier' },
  );

describe('alert_wake', () => {
  it('looks every thirty seconds, and is not fatal', async () => {
    const app = await givenApplication(await givenFolder(), { modules: [alertWakeModule()] });

    expect(app.daemons.get('alert_wake')).toMatchObject({
      fatalOnStartupFailure: false,
      shutdownTimeout: 10_000,
      tasks: [{ name: 'tick', schedule: { everyMs: 30_000 } }],
    });
    expect(app.status()).toMatchObject({ state: 'running', listeners: [{ name: 'alert_wake', state: 'running' }] });
    expect(await app.tick('alert_wake')).toMatchObject({ outcome: 'succeeded' });
  });

  describe('in one application with the notifier', () => {
    const settingsOf = async (modules: DataOptions['modules'] = []) => {
      const operator = await givenOperator();
      const engine = givenEngine();
      const wake = await givenWake(operator, {
        ...engine,
        modules: [...engine.modules, alertNotifierModule(), ...modules],
      });
      return { ...wake, operator, engine };
    };

    it('investigates a warning and a critical alert that were announced by Slack', async () => {
      const { app, operator, folder, engine } = await settingsOf();
      givenUnhealthy(app, 'billing');
      await app.container.get(OperationalState).change({ state: 'paused', reason: 'deploy', by: 'bob' });

      await app.clock.advance('210s');

      expect(operator.posts().map((text) => text.split('\n')[0])).toEqual([
        'CRITICAL: The application is paused.',
        'WARNING: billing is unhealthy.',
        'CRITICAL: The application is paused.',
        'WARNING: billing is unhealthy.',
      ]);
      expect(engine.questions).toMatchObject([
        { route: 'alert_investigation', escalate: 'critical alert_investigation' },
        { route: 'alert_investigation' },
      ]);
      const announced = await readAudit(folder, 'notification.dispatched');
      expect(await auditDetails(folder, COMPLETED)).toEqual([
        {
          alertId: 'operator_paused',
          category: 'operator_paused',
          severity: 'critical',
          correlationId: `alert:operator_paused:${announced[0]?.sequence ?? 0}`,
          engine: 'answered',
          text: 'The disk is full.',
          slack: 'sent',
        },
        expect.objectContaining({
          alertId: 'service_unhealthy:billing',
          correlationId: `alert:service_unhealthy:billing:${announced[1]?.sequence ?? 0}`,
        }),
      ]);
    });

    it('investigates information that was announced by mail', async () => {
      const { app, operator, folder } = await settingsOf();
      const denied = { surface: 'mcp', caller: 'eve', capability: 'shell', reason: 'no' } as const;
      for (let times = 0; times < 11; times++) {
        await app.container.get(AuditLog).append('capability.denied', denied, { source: 'mcp' });
      }

      await app.clock.advance('210s');

      expect(operator.mails).toHaveLength(1);
      expect(await auditDetails(folder, COMPLETED)).toMatchObject([{ alertId: 'capability_denied', severity: 'info' }]);
    });

    it('investigates no summary', async () => {
      const { app, operator, folder } = await settingsOf();
      givenUnhealthy(app, 'a', 'b', 'c', 'd', 'e', 'f');

      await app.clock.advance('210s');

      expect(operator.posts()).toEqual([expect.stringContaining('6 new alerts at once')]);
      expect(await auditDetails(folder, COMPLETED)).toEqual([]);
    });
  });

  it.each([
    ['a digest', { kind: 'digest' }],
    ['a summary', { kind: 'burst' }],
    ['what did not reach the operator', { status: 'failed', error: 'no' }],
  ] as const)('does not investigate %s', async (_what, details) => {
    const operator = await givenOperator();
    const { app, tick } = await givenWake(operator, givenEngine());
    await announce(app, details);

    expect(await tick()).toMatchObject([{ dispatched: false, skipped: 'not_investigated' }]);
    expect(operator.posts()).toEqual([]);
  });

  describe('after an investigation', () => {
    it('no other alert of the category and severity is investigated for ten minutes', async () => {
      const operator = await givenOperator();
      const { app, tick } = await givenWake(operator, givenEngine());
      await announce(app);
      await announce(app, { alertIds: ['service_unhealthy:orders'] });
      await announce(app, { category: 'tool_errors' });
      await announce(app, { severity: 'info' });
      expect(await tick()).toMatchObject([
        { dispatched: true },
        { skipped: 'debounced' },
        { dispatched: true },
        { dispatched: true },
      ]);

      await app.clock.advance('10m');
      await announce(app);
      expect(await tick()).toMatchObject([{ dispatched: true }]);
    });

    it('critical ones are no exception, unless that is set', async () => {
      const operator = await givenOperator();
      const strict = await givenWake(operator, givenEngine());
      await announce(strict.app, { severity: 'critical' });
      await announce(strict.app, { severity: 'critical' });
      expect(await strict.tick()).toMatchObject([{ dispatched: true }, { skipped: 'debounced' }]);

      const bypassing = await givenWake(operator, { ...givenEngine(), settings: { bypassCritical: true } });
      await announce(bypassing.app, { severity: 'critical' });
      await announce(bypassing.app, { severity: 'critical' });
      expect(await bypassing.tick()).toMatchObject([{ dispatched: true }, { dispatched: true }]);
    });

    it('with a debounce of 0 every one is investigated', async () => {
      const operator = await givenOperator();
      const { app, tick } = await givenWake(operator, { ...givenEngine(), settings: { debounce: 0 } });
      await announce(app);
      await announce(app);

      expect(await tick()).toMatchObject([{ dispatched: true }, { dispatched: true }]);
    });
  });

  it.each([
    ['there is no engine', [], 'engine_unavailable'],
    ['a person has the application paused', [reasoningEngineModule()], 'operational_state_paused'],
  ])('tells what is known when %s', async (_what, modules, reason) => {
    const operator = await givenOperator();
    const { app, tick, folder } = await givenWake(operator, { modules: [alertNotifierModule(), ...modules] });
    await app.container.get(OperationalState).change({ state: 'paused', reason: 'deploy', by: 'ada' });
    await announce(app);

    expect(await tick()).toMatchObject([{ dispatched: true, engine: 'fallback', slack: 'sent' }]);

    expect(operator.posts()).toEqual([expect.stringContaining(`It was not investigated (${reason}).`)]);
    expect(await auditDetails(folder, COMPLETED)).toMatchObject([{ engine: 'fallback', fallbackReason: reason }]);
    expect(await readMessages(folder)).toMatchObject([{ route: 'alert_investigation', madeBy: 'fallback' }]);
  });

  it('leaves a row when Slack refuses what was found', async () => {
    const operator = await givenOperator({ slackReplies: [slackRefuses] });
    const { app, tick, folder } = await givenWake(operator, givenEngine());
    await announce(app);

    expect(await tick()).toMatchObject([{ dispatched: true, slack: 'failed' }]);

    expect(await auditDetails(folder, 'slack.reply_failed')).toMatchObject([{ channel: 'U0ADA' }]);
    expect(await auditDetails(folder, COMPLETED)).toMatchObject([{ slack: 'failed', text: 'The disk is full.' }]);
  });

  it('reads each announcement once, also across a restart', async () => {
    const operator = await givenOperator();
    const always = { settings: { debounce: 0 } };
    const first = await givenWake(operator, { ...givenEngine(), ...always });
    await announce(first.app);
    await first.tick();
    await first.app.clock.advance('5m');
    expect(operator.posts()).toHaveLength(1);
    await announce(first.app);
    await first.app.stop();

    const second = await givenWake(operator, { ...givenEngine(), ...always, folder: first.folder });
    expect(await second.tick()).toMatchObject([{ dispatched: true }]);
    await second.app.clock.advance('5m');

    expect(operator.posts()).toHaveLength(2);
  });
});
