import { AuditLog } from '@daemonry/modules/audit_log';
import { CostLadder } from '@daemonry/modules/cost_ladder';
import { Telemetry } from '@daemonry/modules/cost_telemetry';
import { OperationalState } from '@daemonry/modules/operational_state';
import { StateDatabase } from 'daemonry';
import { OpenTasks, OperationSources } from '@daemonry/modules/snapshot';
import { ContainerModule } from 'inversify';

import { endSnapshots, givenSnapshot } from './support/givenSnapshot';
import { tamperDocument } from './support/readAudit';

const REPLY = { channel: 'C1', error: 'channel_not_found' };
const NOTICE = {
  alertIds: ['a'],
  category: 'tool_errors',
  severity: 'warning',
  channel: 'slack',
  kind: 'single',
  title: 'More than 5',
  detail: '6',
} as const;

afterEach(endSnapshots);

describe('the snapshot, of what the application is used for,', () => {
  it('holds the operational state, the alerts that stand, and what is spent', async () => {
    const { app, read } = await givenSnapshot();
    await app.container.get(OperationalState).change({ state: 'paused', reason: 'a rest', by: 'kim' });
    const call = { route: 'mcp_tool', model: 'small', inputTokens: 10, outputTokens: 1, costUsd: 150 } as const;
    app.container.get(Telemetry).record(call);

    await app.tick('snapshot');

    expect(await read()).toMatchObject({
      overall: 'healthy',
      failures: {},
      operationalState: { state: 'paused', reason: 'a rest', by: 'kim', since: '2030-01-01T00:00:00.000Z' },
      activeAlerts: {
        activeCount: 2,
        bySeverity: { critical: 1, warning: 1, info: 0 },
        byCategory: { operator_paused: 1, cost_ladder_warned: 1 },
        alerts: [{ id: 'operator_paused', severity: 'critical' }, { id: 'cost_ladder_warned' }],
      },
      costLadder: { tier: 'warned', spentUsd: 150, budgetUsd: 200, usedPercent: 75 },
      costTelemetry: {
        rolling_24h: { since: '2029-12-31T00:00:00.000Z', total: { calls: 1, costUsd: 150 } },
        monthly: { since: '2030-01-01T00:00:00.000Z', routes: { mcp_tool: { calls: 1 } } },
      },
    });
  });

  it('counts what the audit log tells of the last five minutes that went wrong, and nothing else', async () => {
    const { app, read } = await givenSnapshot();
    const audit = app.container.get(AuditLog);
    await audit.append('slack.reply_failed', REPLY, { source: 'test' });
    await app.clock.advance('5m');
    const letter = { webhook: 'slack', reason: 'slack_signature_mismatch', status: 401, headers: {} } as const;
    await audit.append('webhook.dead_letter', letter, { source: 'test' });
    await audit.append('slack.reply_failed', REPLY, { source: 'test' });
    await audit.append('notification.dispatched', { ...NOTICE, status: 'failed', error: 'no' }, { source: 'test' });
    await audit.append('notification.dispatched', { ...NOTICE, status: 'ok' }, { source: 'test' });
    await audit.append('reasoning.refused', { route: 'mcp_tool', code: 'cost_ladder_halted' }, { source: 'test' });

    await app.clock.advance(1);
    await app.tick('snapshot');

    expect(await read()).toMatchObject({
      overall: 'healthy',
      events: {
        recentErrors: 3,
        byType: { 'webhook.dead_letter': 1, 'slack.reply_failed': 1, 'notification.dispatched': 1 },
      },
    });
  });

  it('counts each of them once, and reads of the audit log only what is new', async () => {
    const { app, read } = await givenSnapshot();
    const audit = app.container.get(AuditLog);
    const fail = () => audit.append('slack.reply_failed', REPLY, { source: 'test' });
    const recentErrors = async () => {
      await app.tick('snapshot');
      return (await read()).events;
    };
    await fail();
    expect(await recentErrors()).toMatchObject({ recentErrors: 1 });
    await app.container.get(StateDatabase).run("UPDATE audit_log_events SET details = '' WHERE sequence = 1");
    await app.clock.advance('4m');
    await fail();

    expect(await recentErrors()).toMatchObject({ recentErrors: 2 });
    await app.clock.advance('4m');
    expect(await recentErrors()).toMatchObject({ recentErrors: 1 });
    // Reading the first row again would have found that it is no event.
    expect(app.logs.filter(({ message }) => message.includes('no event'))).toEqual([]);
  });

  it('is degraded by five such errors, and unhealthy by twenty', async () => {
    const { app, read } = await givenSnapshot();
    const audit = app.container.get(AuditLog);
    const fail = (times: number): Promise<unknown> =>
      Promise.all(Array.from({ length: times }, () => audit.append('slack.reply_failed', REPLY, { source: 'test' })));

    await fail(5);
    await app.tick('snapshot');
    expect(await read()).toMatchObject({
      overall: 'degraded',
      alerts: [{ severity: 'warning', subject: 'audit_log' }],
    });

    await fail(15);
    await app.tick('snapshot');
    expect(await read()).toMatchObject({ overall: 'unhealthy', alerts: [{ severity: 'critical' }] });
  });

  it('says of each part that cannot be collected why, and holds the others', async () => {
    const { app, read, snapshot } = await givenSnapshot();
    const fail = (name: keyof OperationSources): void => {
      jest.spyOn(app.container.get(OperationSources), name).mockRejectedValueOnce(new RangeError(`no ${name}`));
    };
    fail('operationalState');
    fail('alerts');
    fail('costLadder');
    fail('costTelemetry');
    fail('events');

    expect(await app.tick('snapshot')).toMatchObject({ outcome: 'succeeded' });

    const parts = ['operationalState', 'activeAlerts', 'costLadder', 'costTelemetry', 'events'];
    expect(await read()).toMatchObject({
      ...Object.fromEntries(parts.map((part) => [part, 'unknown'])),
      overall: 'healthy',
      application: { name: 'test' },
    });
    expect(Object.keys((await read()).failures)).toEqual(parts);
    expect((await read()).failures.activeAlerts).toBe('RangeError: no alerts');
    expect(await snapshot.readSnapshot()).toBeDefined();
  });

  describe('of open tasks', () => {
    const counted = (...counts: readonly OpenTasks['count'][]): ContainerModule =>
      new ContainerModule(({ bind }) => {
        for (const count of counts) bind(OpenTasks).toConstantValue({ count });
      });

    it('holds what all those count who are bound to it', async () => {
      const modules = [
        counted(
          () => ({ open: 3, inProgress: 1 }),
          async () => ({ open: 4, inProgress: 0 }),
        ),
      ];
      const { app, read } = await givenSnapshot({ modules });

      await app.tick('snapshot');

      expect((await read()).openTasks).toEqual({ open: 7, inProgress: 1 });
    });

    it('holds nothing when nobody counts', async () => {
      const { app, read } = await givenSnapshot();

      await app.tick('snapshot');

      expect(await read()).not.toHaveProperty('openTasks');
    });

    it.each<[string, OpenTasks['count'], RegExp]>([
      ['fails', () => Promise.reject(new Error('no such table')), /^Error: no such table$/],
      ['counts by no numbers', () => ({ open: '3' }) as never, /^TypeError: The open tasks are not counted by whole/],
      [
        'hangs',
        () => new Promise(() => undefined),
        /^TimeoutError: The count of open tasks did not finish within 10s$/,
      ],
    ])('says why it holds none when a count %s', async (_case, count, failure) => {
      const { app, read } = await givenSnapshot({ modules: [counted(count)] });

      const tick = app.tick('snapshot');
      await app.clock.advance('11s');
      expect(await tick).toMatchObject({ outcome: 'succeeded' });

      const { openTasks, failures } = await read();
      expect(openTasks).toBe('unknown');
      expect(failures.openTasks).toMatch(failure);
    });
  });

  it('is written while the stored cost ladder is not valid', async () => {
    const { app, read } = await givenSnapshot();
    await app.tick('snapshot');
    await tamperDocument(app, 'cost_ladder', '[]');

    await app.tick('snapshot');

    expect(await read()).toMatchObject({
      operationalState: { state: 'running' },
      costLadder: 'unknown',
      costTelemetry: { monthly: {} },
      activeAlerts: { activeCount: 0 },
      failures: { costLadder: expect.stringContaining('cost_ladder_document') as string },
    });
    await expect(app.container.get(CostLadder).current()).rejects.toMatchObject({ code: 'STATE_DOCUMENT_INVALID' });
  });
});
