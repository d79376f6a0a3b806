import { alertNotifierModule } from '@daemonry/modules/alert_notifier';
import { Alerts } from '@daemonry/modules/alerts';

import { givenApplication, givenFolder } from './support/givenData';
import { denyOften, givenNotifier } from './support/givenNotifier';
import { endOperators, givenOperator, givenUnhealthy, slackRefuses } from './support/givenOperator';
import { auditDetails, readMessages } from './support/readAudit';

const DISPATCHED = 'notification.dispatched';

jest.setTimeout(30_000);

afterEach(endOperators);

describe('the alert notifier', () => {
  it('announces every three minutes, and flushes the digest every day, also what was missed', async () => {
    const { app } = await givenNotifier(await givenOperator());

    expect(app.daemons.get('alert_notifier')?.tasks).toMatchObject([
      { name: 'tick', schedule: { kind: 'interval', everyMs: 180_000 } },
      { name: 'digest_flush', schedule: { kind: 'interval', everyMs: 86_400_000 }, misfire: 'run-once' },
    ]);
    expect(app.daemons.get('alert_notifier')).toMatchObject({ fatalOnStartupFailure: false, shutdownTimeout: 10_000 });
  });

  it('is disabled, and nothing is wrong, where nobody can be told', async () => {
    const app = await givenApplication(await givenFolder(), { modules: [alertNotifierModule()] });

    expect(app.status()).toMatchObject({
      state: 'running',
      listeners: [
        {
          name: 'alert_notifier',
          state: 'disabled',
          disabledReason: 'no operator.slackUser is configured; no operator.email is configured',
        },
      ],
    });
  });

  describe('an alert', () => {
    it('that is critical or a warning is announced by Slack, once', async () => {
      const operator = await givenOperator();
      const { app, cycle, folder, pause } = await givenNotifier(operator);
      givenUnhealthy(app, 'billing');
      await pause('deploy <!channel> & more');

      expect(await cycle()).toEqual({
        active: 2,
        fresh: 2,
        resolved: 0,
        slack: 2,
        email: 0,
        errors: 0,
        deferred: 0,
        queued: 0,
        burst: false,
      });
      expect(await cycle()).toMatchObject({ active: 2, fresh: 0, slack: 0 });
      await app.clock.advance('40m');

      expect(operator.posts()).toEqual([
        expect.stringMatching(
          /^CRITICAL: The application is paused\.\nBy bob, since .*: deploy &lt;!channel&gt; &amp; more\nSince /,
        ),
        'WARNING: billing is unhealthy.\nAnswered 500.\nSince 2030-01-01T00:00:00.000Z.',
      ]);
      expect(operator.channels()).toEqual(['U0ADA', 'U0ADA']);
      expect(operator.mails).toEqual([]);
      expect(await auditDetails(folder, DISPATCHED)).toEqual([
        {
          alertIds: ['operator_paused'],
          category: 'operator_paused',
          severity: 'critical',
          channel: 'slack',
          kind: 'single',
          status: 'ok',
          title: 'The application is paused.',
          detail: expect.any(String) as string,
        },
        expect.objectContaining({ alertIds: ['service_unhealthy:billing'], channel: 'slack', status: 'ok' }),
      ]);
      expect(await readMessages(folder)).toMatchObject([
        { direction: 'out', channel: 'slack', counterpart: 'U0ADA', status: 'sent', madeBy: 'notifier' },
        { status: 'sent', text: expect.stringContaining('billing') as string },
      ]);
    });

    it('that is information is announced by mail', async () => {
      const operator = await givenOperator();
      const { app, cycle, folder } = await givenNotifier(operator);
      await denyOften(app);

      expect(await cycle()).toMatchObject({ slack: 0, email: 1 });

      expect(operator.mails).toMatchObject([{ from: 'gateway@example.com', to: ['ada@example.com'] }]);
      expect(operator.mails[0]?.source).toContain('Subject: INFO: More than 10 calls were denied in 24 hours.');
      expect(await auditDetails(folder, DISPATCHED)).toMatchObject([
        { channel: 'email', kind: 'single', status: 'ok' },
      ]);
    });

    it('goes by the other channel when its own is not configured', async () => {
      const operator = await givenOperator();
      const { email: _email, ...slackOnly } = operator.settings.operator;
      const { app, cycle, folder } = await givenNotifier({
        ...operator,
        settings: { ...operator.settings, operator: slackOnly as typeof operator.settings.operator },
      });
      await denyOften(app);

      expect(await cycle()).toMatchObject({ slack: 1, email: 0 });

      expect(operator.posts()).toMatchObject([expect.stringContaining('INFO: ')]);
      expect(await auditDetails(folder, DISPATCHED)).toMatchObject([{ channel: 'slack', severity: 'info' }]);
    });

    it('is not announced once somebody has acknowledged it', async () => {
      const operator = await givenOperator();
      const { app, cycle } = await givenNotifier(operator);
      givenUnhealthy(app, 'billing');
      await app.container.get(Alerts).acknowledge('service_unhealthy:billing', { by: 'ada' });

      expect(await cycle()).toMatchObject({ active: 1, fresh: 0, slack: 0 });
    });

    it('is announced again when it was over and comes back after the cooldown', async () => {
      const operator = await givenOperator();
      const { app, cycle } = await givenNotifier(operator);
      givenUnhealthy(app, 'billing');
      await cycle();
      givenUnhealthy(app);
      expect(await cycle()).toMatchObject({ active: 0, resolved: 1 });
      await app.clock.advance('31m');

      givenUnhealthy(app, 'billing');
      await cycle();

      expect(operator.posts()).toHaveLength(2);
    });
  });

  describe('the cooldown of a category', () => {
    it('puts another alert of it off, and does not drop it', async () => {
      const operator = await givenOperator();
      const { app, cycle } = await givenNotifier(operator);
      givenUnhealthy(app, 'sentry');
      await cycle();
      givenUnhealthy(app, 'sentry', 'fly');

      expect(await cycle()).toMatchObject({ fresh: 1, deferred: 1, slack: 0 });
      await app.clock.advance('27m');
      expect(operator.posts()).toHaveLength(1);

      await app.clock.advance('3m');
      expect(operator.posts()).toEqual([
        expect.stringContaining('sentry is unhealthy'),
        expect.stringContaining('fly is unhealthy'),
      ]);
    });

    it('dampens one that comes and goes, also when it is gone in between', async () => {
      const operator = await givenOperator();
      const { app, cycle } = await givenNotifier(operator);
      for (let minute = 0; minute < 48; minute += 4) {
        givenUnhealthy(app, 'billing');
        await cycle();
        await app.clock.advance('2m');
        givenUnhealthy(app);
        await cycle();
        await app.clock.advance('2m');
      }

      expect(operator.posts()).toHaveLength(2);
    });

    it('leaves other categories alone', async () => {
      const operator = await givenOperator();
      const { app, cycle, pause } = await givenNotifier(operator);
      givenUnhealthy(app, 'billing');
      await cycle();
      await pause('deploy');

      expect(await cycle()).toMatchObject({ slack: 1, deferred: 0 });
    });

    it('of 0 puts nothing off', async () => {
      const operator = await givenOperator();
      const { app, cycle } = await givenNotifier(operator, { settings: { cooldown: 0 } });
      givenUnhealthy(app, 'sentry');
      await cycle();
      givenUnhealthy(app, 'sentry', 'fly');

      expect(await cycle()).toMatchObject({ slack: 1, deferred: 0 });
    });
  });

  describe('more than five new alerts at once', () => {
    const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

    it('are announced in one summary, critical ones included', async () => {
      const operator = await givenOperator();
      const { app, cycle, folder, pause } = await givenNotifier(operator);
      givenUnhealthy(app, ...NAMES.slice(1));
      await pause('deploy');

      expect(await cycle()).toMatchObject({ fresh: 6, slack: 1, burst: true });
      expect(await cycle()).toMatchObject({ fresh: 0, slack: 0, burst: false });

      expect(operator.posts()).toEqual([
        [
          'CRITICAL: 6 new alerts at once.',
          '- critical: The application is paused.',
          ...NAMES.slice(1).map((name) => `- warning: ${name} is unhealthy.`),
        ].join('\n'),
      ]);
      const [row, ...others] = await auditDetails(folder, DISPATCHED);
      expect(row).toMatchObject({ kind: 'burst', severity: 'critical', status: 'ok' });
      expect(row?.['alertIds']).toHaveLength(6);
      expect(others).toEqual([]);
    });

    it('are counted: five are announced one by one', async () => {
      const operator = await givenOperator();
      const { app, cycle } = await givenNotifier(operator);
      givenUnhealthy(app, ...NAMES.slice(1));

      expect(await cycle()).toMatchObject({ slack: 5, burst: false });
    });
  });

  describe('what could not be sent', () => {
    it('is a row with its reason, fails no run, and is sent after the cooldown', async () => {
      const operator = await givenOperator({ slackReplies: [slackRefuses] });
      const { app, cycle, folder } = await givenNotifier(operator);
      givenUnhealthy(app, 'billing');

      expect(await cycle()).toMatchObject({ slack: 0, errors: 1 });
      await app.clock.advance('27m');
      expect(operator.posts()).toHaveLength(1);
      await app.clock.advance('3m');
      expect(operator.posts()).toHaveLength(2);
      await app.clock.advance('40m');
      expect(operator.posts()).toHaveLength(2);

      expect(await auditDetails(folder, DISPATCHED)).toMatchObject([
        { status: 'failed', error: expect.stringContaining('channel_not_found') as string },
        { status: 'ok' },
      ]);
      expect(await readMessages(folder)).toMatchObject([
        { status: 'failed', reason: expect.stringContaining('channel_not_found') as string },
        { status: 'sent' },
      ]);
    });

    it('does not keep the others back', async () => {
      const operator = await givenOperator({ slackReplies: [slackRefuses] });
      const { app, cycle } = await givenNotifier(operator);
      givenUnhealthy(app, 'billing', 'orders');

      expect(await cycle()).toMatchObject({ slack: 1, errors: 1 });
    });
  });
});
