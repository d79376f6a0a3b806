import { assess as assessAll } from '../snapshot/assess';

describe('the overall status of a snapshot', () => {
  const listeners = (...states: ('up' | 'down' | 'off')[]) =>
    states.map((status, index) => ({
      name: `listener_${index}`,
      state: status === 'down' ? ('died' as const) : status === 'up' ? ('running' as const) : ('disabled' as const),
      status,
      tasks: [],
    }));
  type Assessed = Parameters<typeof assessAll>[0];
  const events = (recentErrors: number, type = 'slack.reply_failed') => ({
    recentErrors,
    byType: recentErrors === 0 ? {} : { [type]: recentErrors },
  });
  const assess = (sections: Omit<Assessed, 'events'> & Partial<Assessed>) =>
    assessAll({ events: events(0), ...sections });
  const runs = (recentErrors: number) => ({ recentErrors, byListener: { order_sync: recentErrors } });
  const probes = (...statuses: ('healthy' | 'degraded' | 'unhealthy' | 'unknown')[]) => ({
    findings: statuses.map((status, index) => ({ name: `probe-${index}`, status, url: 'http://x/', checkedAt: '' })),
  });

  it.each([
    ['unknown without any listener', assess({ listeners: [], runs: runs(0), probes: probes() }), 'unknown'],
    [
      'unknown when nothing is known of them',
      assess({ listeners: 'unknown', runs: runs(30), probes: probes() }),
      'unknown',
    ],
    [
      'healthy when all are up or off',
      assess({ listeners: listeners('up', 'off'), runs: runs(4), probes: probes('healthy', 'unknown') }),
      'healthy',
    ],
    [
      'degraded from 1 down',
      assess({ listeners: listeners('up', 'down'), runs: runs(0), probes: probes() }),
      'degraded',
    ],
    [
      'degraded from 5 failed runs',
      assess({ listeners: listeners('up'), runs: runs(5), probes: probes() }),
      'degraded',
    ],
    [
      'degraded with a slow endpoint',
      assess({ listeners: listeners('up'), runs: runs(0), probes: probes('degraded') }),
      'degraded',
    ],
    [
      'degraded with two down',
      assess({ listeners: listeners('down', 'down'), runs: runs(19), probes: probes() }),
      'degraded',
    ],
    [
      'unhealthy from 3 down',
      assess({ listeners: listeners('down', 'down', 'down'), runs: runs(0), probes: probes() }),
      'unhealthy',
    ],
    [
      'unhealthy from 20 failed runs',
      assess({ listeners: listeners('up'), runs: runs(20), probes: probes() }),
      'unhealthy',
    ],
    [
      'degraded from 5 errors in the audit log',
      assess({ listeners: listeners('up'), runs: runs(0), events: events(5), probes: probes() }),
      'degraded',
    ],
    [
      'degraded from 5 errors, failed runs and others together',
      assess({ listeners: listeners('up'), runs: runs(2), events: events(3), probes: probes() }),
      'degraded',
    ],
    [
      'healthy below',
      assess({ listeners: listeners('up'), runs: runs(2), events: events(2), probes: probes() }),
      'healthy',
    ],
    [
      'unhealthy from 20 errors, failed runs and others together',
      assess({ listeners: listeners('up'), runs: runs(10), events: events(10), probes: probes() }),
      'unhealthy',
    ],
    [
      'degraded from 5 failed runs, when the audit log is unknown',
      assess({ listeners: listeners('up'), runs: runs(19), events: 'unknown', probes: probes() }),
      'degraded',
    ],
    [
      'healthy when the runs and probes are unknown',
      assess({ listeners: listeners('up'), runs: 'unknown', probes: 'unknown' }),
      'healthy',
    ],
  ])('is %s', (_what, { overall }, expected) => {
    expect(overall).toBe(expected);
  });

  it('lists critical alerts first', () => {
    const { alerts } = assess({ listeners: listeners('up'), runs: runs(7), probes: probes('degraded', 'unhealthy') });

    expect(alerts.map(({ severity }) => severity)).toEqual(['critical', 'warning', 'warning']);
  });

  it('names what the errors are, the most frequent first', () => {
    const { alerts } = assess({
      listeners: listeners('up'),
      runs: { recentErrors: 3, byListener: { web_sync: 1, order_sync: 2 } },
      events: { recentErrors: 2, byType: { 'webhook.dead_letter': 2 } },
      probes: probes(),
    });

    expect(alerts).toEqual([
      {
        severity: 'warning',
        subject: 'runs',
        text: '3 runs failed in the last five minutes: order_sync 2, web_sync 1.',
      },
      {
        severity: 'warning',
        subject: 'audit_log',
        text: '2 errors were recorded in the last five minutes: webhook.dead_letter 2.',
      },
    ]);
  });
});
