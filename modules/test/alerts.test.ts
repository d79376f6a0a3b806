import type { AlertCategory } from '@daemonry/modules/alerts';
import type { AuditLog } from '@daemonry/modules/audit_log';
import type { ProbeStatus } from '@daemonry/modules/heartbeat_probes';
import { OperationalState } from '@daemonry/modules/operational_state';
import { StateDatabase } from 'daemonry';

import { finding, givenAlerts, repeat } from './support/givenAlerts';
import { endData } from './support/givenData';
import { readDocument, tamperDocument } from './support/readAudit';

jest.setTimeout(30_000);

afterEach(endData);

describe('alerts', () => {
  it('are none while nothing is wrong', async () => {
    const { alerts } = await givenAlerts();

    expect(await alerts.active()).toEqual([]);
  });

  it.each([
    ['warned', 'warning'],
    ['downshifted', 'warning'],
    ['halted', 'critical'],
  ] as const)('are raised by the cost ladder when it is %s, as %s', async (tier, severity) => {
    const { alerts } = await givenAlerts({ tier });

    expect(await alerts.active()).toEqual([
      {
        id: `cost_ladder_${tier}`,
        severity,
        category: `cost_ladder_${tier}`,
        title: expect.stringContaining('budget') as string,
        detail: '151.24 of 200.00 USD are spent (75 %).',
        source: 'cost_ladder',
        route: '/api/cost-ladder',
        firstSeenAt: '2030-01-01T00:00:00.000Z',
      },
    ]);
  });

  it.each(['paused', 'stopped'] as const)('are critical while the application is %s', async (state) => {
    const { app, alerts } = await givenAlerts();

    await app.container.get(OperationalState).change({ state, reason: 'deploy', by: 'ada' });

    expect(await alerts.active()).toMatchObject([
      { id: `operator_${state}`, severity: 'critical', detail: expect.stringContaining('By ada') as string },
    ]);
  });

  it('are raised for each probe that is degraded or unhealthy, and for no other', async () => {
    const { alerts, probes } = await givenAlerts();
    const statuses: readonly ProbeStatus[] = ['healthy', 'degraded', 'unhealthy', 'unknown', 'not_configured'];
    probes.record(statuses.map((status) => finding(`a-${status}`, status)));

    expect(await alerts.active()).toMatchObject([
      { id: 'service_unhealthy:a-degraded', severity: 'warning', category: 'service_unhealthy' },
      { id: 'service_unhealthy:a-unhealthy', severity: 'warning', detail: 'a-unhealthy answered 500' },
    ]);
  });

  describe('about what happened in the last 24 hours', () => {
    const EVENTS: readonly [AlertCategory, number, string, (audit: AuditLog) => Promise<unknown>][] = [
      [
        'webhook_dead_letters',
        5,
        'warning',
        (audit) =>
          audit.append(
            'webhook.dead_letter',
            { webhook: 'slack', reason: 'signature', status: 401, headers: {} },
            { source: 'webhooks' },
          ),
      ],
      [
        'capability_denied',
        10,
        'info',
        (audit) =>
          audit.append(
            'capability.denied',
            { surface: 'mcp', caller: 'eve', capability: 'shell', reason: 'no' },
            { source: 'mcp' },
          ),
      ],
      [
        'tool_errors',
        5,
        'warning',
        (audit) =>
          audit.append(
            'reasoning.tool_called',
            { route: 'slack_dm', tool: 'status', outcome: 'error', durationMs: 3, error: 'no' },
            { source: 'reasoning_engine' },
          ),
      ],
      [
        'slack_reply_failures',
        3,
        'warning',
        (audit) => audit.append('slack.reply_failed', { channel: 'U1', error: 'no' }, { source: 'probe_wake' }),
      ],
    ];

    it.each(EVENTS)('%s: %i are tolerated, one more is a %s', async (id, tolerated, severity, append) => {
      const { alerts, audit } = await givenAlerts();

      await repeat(tolerated, () => append(audit));
      expect(await alerts.active()).toEqual([]);

      await append(audit);
      expect(await alerts.active()).toMatchObject([{ id, severity, route: '/api/audit' }]);
    });

    it('do not count tools that worked', async () => {
      const { ids, audit } = await givenAlerts();

      await repeat(10, () =>
        audit.append(
          'reasoning.tool_called',
          { route: 'slack_dm', tool: 'status', outcome: 'ok', durationMs: 3 },
          { source: 'reasoning_engine' },
        ),
      );

      expect(await ids()).toEqual([]);
    });

    it('are over once those 24 hours are', async () => {
      const { app, ids, deny } = await givenAlerts();
      await deny(6);
      await app.clock.advance('12h');
      await deny(6);
      expect(await ids()).toEqual(['capability_denied']);

      await app.clock.advance('11h');
      expect(await ids()).toEqual(['capability_denied']);

      await app.clock.advance('2h');
      expect(await ids()).toEqual([]);
    });

    it('count each event once, however often they are asked for, and those of before a restart too', async () => {
      const first = await givenAlerts();
      await first.deny(6);
      await repeat(5, () => first.alerts.active());
      expect(await first.ids()).toEqual([]);
      await first.app.stop();

      const second = await givenAlerts({ folder: first.directory });
      await second.deny(5);

      expect(await second.alerts.active()).toMatchObject([
        { id: 'capability_denied', detail: '11 calls were denied in the last 24 hours.' },
      ]);
    });
  });

  it('read of the audit log what is new: what was read is not read again, also when all of it is old', async () => {
    const { app, deny, alerts } = await givenAlerts();
    await deny(3);
    await app.clock.advance('30h');
    await alerts.active();
    await app.container.get(StateDatabase).run("UPDATE audit_log_events SET details = '' WHERE sequence = 1");

    await deny(11);

    expect(await alerts.active()).toMatchObject([{ id: 'capability_denied' }]);
    // Reading the first row again would have found that it is no event.
    expect(app.logs.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('are sorted: critical, warning, information; then by age', async () => {
    const { app, ids, deny, probes } = await givenAlerts({ tier: 'halted' });
    await deny(11);
    probes.record([finding('zeta', 'unhealthy')]);
    await ids();
    await app.clock.advance('1m');
    probes.record([finding('alpha', 'unhealthy'), finding('zeta', 'unhealthy')]);

    expect(await ids()).toEqual([
      'cost_ladder_halted',
      'service_unhealthy:zeta',
      'service_unhealthy:alpha',
      'capability_denied',
    ]);
  });

  describe('since when they stand', () => {
    it('is remembered, also across a restart', async () => {
      const first = await givenAlerts({ tier: 'warned' });
      await first.alerts.active();
      await first.app.clock.advance('1h');
      expect(await first.alerts.active()).toMatchObject([{ firstSeenAt: '2030-01-01T00:00:00.000Z' }]);
      await first.app.stop();

      const second = await givenAlerts({ tier: 'warned', folder: first.directory });
      await second.app.clock.advance('3h');

      expect(await second.alerts.active()).toMatchObject([{ firstSeenAt: '2030-01-01T00:00:00.000Z' }]);
    });

    it('is remembered of what probes found, though the application was asked before they had probed again', async () => {
      const first = await givenAlerts();
      first.probes.record([finding('billing', 'unhealthy')]);
      await first.alerts.active();
      await first.alerts.acknowledge('service_unhealthy:billing', { by: 'ada' });
      await first.app.stop();

      const second = await givenAlerts({ folder: first.directory });
      await second.app.clock.advance('1h');
      expect(await second.alerts.active()).toEqual([]);
      second.probes.record([finding('billing', 'unhealthy')]);

      expect(await second.alerts.active()).toMatchObject([
        { firstSeenAt: '2030-01-01T00:00:00.000Z', acknowledged: { by: 'ada' } },
      ]);
    });

    it('begins anew when they were over in the meantime', async () => {
      const { app, alerts, probes } = await givenAlerts();
      probes.record([finding('billing', 'unhealthy')]);
      await alerts.active();
      probes.record([]);
      await alerts.active();
      await app.clock.advance('1h');
      probes.record([finding('billing', 'unhealthy')]);

      expect(await alerts.active()).toMatchObject([{ firstSeenAt: '2030-01-01T01:00:00.000Z' }]);
    });

    it('is not kept while what is stored is not valid: they are raised all the same, that is said once, and the row is left alone', async () => {
      const { app, alerts, directory } = await givenAlerts({ tier: 'warned' });
      await alerts.active();
      await tamperDocument(app, 'alerts', '{"cost_ladder_warned": tru');

      expect(await alerts.active()).toMatchObject([{ id: 'cost_ladder_warned' }]);
      expect(await alerts.active()).toMatchObject([{ id: 'cost_ladder_warned' }]);
      expect(app.logs.filter(({ level }) => level === 'error')).toMatchObject([
        { message: 'Since when alerts stand cannot be kept' },
      ]);
      expect(await readDocument(directory, 'alerts')).toBe('{"cost_ladder_warned": tru');
    });

    it('is remembered while nothing can be stored, and stored once it can', async () => {
      const { app, alerts, probes, directory } = await givenAlerts({ tier: 'warned' });
      await alerts.active();
      await app.container.get(StateDatabase).run('PRAGMA query_only = ON');
      probes.record([finding('billing', 'unhealthy')]);
      expect(await alerts.active()).toHaveLength(2);
      await app.clock.advance('1h');
      await app.container.get(StateDatabase).run('PRAGMA query_only = OFF');

      expect(await alerts.active()).toMatchObject([
        { firstSeenAt: '2030-01-01T00:00:00.000Z' },
        { firstSeenAt: '2030-01-01T00:00:00.000Z' },
      ]);
      expect(await readDocument(directory, 'alerts')).toContain('service_unhealthy:billing');
    });
  });

  it('of a source that cannot be asked are those of before, and the others go on', async () => {
    const { app, alerts, ladder, ids, probes } = await givenAlerts({ tier: 'warned' });
    await ids();
    await app.clock.advance('1h');
    ladder.current = () => Promise.reject(new Error('no disk'));
    probes.record([finding('billing', 'unhealthy')]);

    expect(await alerts.active()).toMatchObject([
      { id: 'cost_ladder_warned', firstSeenAt: '2030-01-01T00:00:00.000Z' },
      { id: 'service_unhealthy:billing' },
    ]);
    expect(app.logs.filter(({ level }) => level === 'warn')).toMatchObject([
      { message: 'The alerts of cost_ladder are those of before: it cannot be asked' },
    ]);
  });
});
