import { assess } from '../../modules/snapshot/assess';

describe('the overall status of a snapshot', () => {
  const listeners = (...states: ('up' | 'down' | 'off')[]) =>
    states.map((status, index) => ({
      name: `listener_${index}`,
      state: status === 'down' ? ('died' as const) : status === 'up' ? ('running' as const) : ('disabled' as const),
      status,
      tasks: [],
    }));
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
});
