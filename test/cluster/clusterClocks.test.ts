import { createTestCluster } from '../../src/testing';
import { given, started } from './givenCluster';

const MINUTES = 60_000;

describe('A process whose clock is wrong', () => {
  it.each([
    ['the older one is ten minutes fast', [10 * MINUTES, 0]],
    ['the newer one is ten minutes slow', [0, -10 * MINUTES]],
    ['both are wrong', [10 * MINUTES, -10 * MINUTES]],
  ])('has no say about whose schedule holds: the one that started last (%s)', async (_, skewMs) => {
    const old = given({ interval: '1s' });
    const cluster = await started(1, { listeners: old.listeners, skewMs });
    await cluster.clock.advance('5s');
    const newer = given({ interval: '2s' });
    const app = await cluster.add({ listeners: newer.listeners, skewMs });
    await app.start();
    await cluster.clock.advance('1s');
    const before = old.starts.length;
    await cluster.clock.advance('10s');

    expect(old.starts).toHaveLength(before);
    expect(newer.starts.length).toBeGreaterThanOrEqual(5);
    await cluster.stop();
  });

  it('keeps to the moments of the store, ten minutes ahead or behind', async () => {
    const { starts, listeners } = given({ interval: '10s' });
    const cluster = await started(3, { listeners, skewMs: [10 * MINUTES, -10 * MINUTES, 0] });
    await cluster.clock.advance('1m');

    expect(starts).toHaveLength(6);
    await cluster.stop();
  });

  it.each([10 * MINUTES, -10 * MINUTES])(
    'sees the success of others where it is: mustSucceedWithin (%d)',
    async (ms) => {
      const { listeners } = given({ interval: '1m', mustSucceedWithin: '5m' });
      const cluster = await createTestCluster(2, { listeners, skewMs: [ms, 0] });
      await cluster.start();
      const stale: string[] = [];
      for (const app of cluster.apps) app.events.on('task.stale', ({ listener }) => stale.push(listener));
      await cluster.clock.advance('30m');

      expect(stale).toEqual([]);
      await cluster.stop();
    },
  );
});

describe('A due moment with jitter', () => {
  it('is no catch-up for a process that opens before its jitter is over: it runs when it is', async () => {
    const { starts, listeners } = given({ interval: undefined, cron: '0 * * * *', jitter: '40m', misfire: 'run-once' });
    const now = new Date('2026-03-01T09:59:00Z');
    const first = await started(1, { listeners, now });
    await first.clock.advance('59m');
    const [firesAt] = first.apps[0]?.runs('sync').map(({ startedAt = '' }) => Date.parse(startedAt)) ?? [];
    await first.stop();
    const ten = Date.parse('2026-03-01T10:00:00Z');
    expect((firesAt ?? 0) - ten).toBeGreaterThan(120_000);

    const cluster = await started(1, { listeners, now });
    cluster.kill(0);
    await cluster.clock.advanceTo(ten + 60_000);
    starts.length = 0;
    await cluster.restart(0);
    await cluster.clock.advanceTo((firesAt ?? 0) - 1);
    expect(starts).toHaveLength(0);
    await cluster.clock.advance('1s');

    expect(starts).toHaveLength(1);
    expect(cluster.runs('sync').at(-1)).toMatchObject({ trigger: 'schedule', scheduledAt: '2026-03-01T10:00:00.000Z' });
    await cluster.clock.advance('10m');
    expect(starts).toHaveLength(1);
    await cluster.stop();
  });

  it('is no catch-up either when the engine comes back within its jitter', async () => {
    const { starts, listeners } = given({ interval: undefined, cron: '0 * * * *', jitter: '40m', misfire: 'run-once' });
    const cluster = await started(1, { listeners, now: new Date('2026-03-01T09:59:00Z') });
    await cluster.clock.advance('1s');
    cluster.partition(0);
    await cluster.clock.advanceTo(Date.parse('2026-03-01T10:01:00Z'));
    cluster.heal(0);
    await cluster.clock.advance('10s');
    expect(starts).toHaveLength(0);
    await cluster.clock.advance('45m');

    expect(cluster.runs('sync').map(({ trigger }) => trigger)).toEqual(['schedule']);
    await cluster.stop();
  });
});
