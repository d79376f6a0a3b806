import { RunRevokedError } from '../../src';
import { given, holderOf, outcomes, type Start, started } from './givenCluster';

describe('A task of cluster scope whose process fails', () => {
  it('goes on after kill -9 of its holder once the lease is over, without a burst, and records the run as lost', async () => {
    const { starts, listeners } = given({}, ({ sleep }) => sleep('500ms'));
    const cluster = await started(3, { listeners, lease: '5s' });
    await cluster.clock.advanceUntil(() => starts.length === 3, '10s');
    cluster.kill(holderOf(cluster));
    const killedAt = cluster.clock.now();
    await cluster.clock.advanceUntil(() => starts.length === 4, '10s');

    expect(cluster.clock.now() - killedAt).toBeLessThanOrEqual(7_000);
    await cluster.clock.advance('1s');
    expect(outcomes(cluster.runs('sync')).slice(0, 9)).toEqual([
      'succeeded',
      'succeeded',
      'lost',
      ...Array<string>(4).fill('overlap'),
      'succeeded',
    ]);
    await cluster.stop();
  });

  it('runs the next due moment on time after kill -9 of its holder with overlap: allow', async () => {
    const { starts, listeners } = given({ overlap: 'allow' }, ({ sleep }) => sleep('500ms'));
    const cluster = await started(3, { listeners });
    await cluster.clock.advanceUntil(() => starts.length === 3, '10s');
    cluster.kill(holderOf(cluster));
    await cluster.clock.advance('5s');

    expect(starts).toHaveLength(8);
    await cluster.stop();
  });

  it('is refused at commit once its lease is lost by a partition, before another process starts it', async () => {
    const { starts, listeners } = given({ interval: '1m' }, ({ sleep }) => sleep('10m'));
    const cluster = await started(2, { listeners, lease: '10s' });
    await cluster.clock.advanceUntil(() => starts.length === 1, '2m');
    const holder = holderOf(cluster);
    cluster.partition(holder);
    const [{ context } = starts[0] as Start] = starts;
    await cluster.clock.advance('6s');
    expect(context.signal.aborted).toBe(false);
    expect(context.commit(() => 'kept')).toBe('kept');
    await cluster.clock.advance('2s');

    expect(context.signal.reason).toMatchObject({ code: 'LEASE_LOST' });
    expect(() => context.commit(() => 'too late')).toThrow(RunRevokedError);
    expect(starts).toHaveLength(1);
    await cluster.clock.advance('4m');
    expect(starts.length).toBeGreaterThan(1);
    cluster.heal(holder);
    await cluster.clock.advance('1s');
    expect(cluster.runs('sync').filter(({ outcome }) => outcome === 'lost')).toHaveLength(1);
    await cluster.stop();
  });

  it('is refused at commit when a frozen process wakes, although its signal had no time to abort', async () => {
    const refusals: unknown[] = [];
    const { starts, listeners } = given({ interval: '1m' }, async ({ sleep, commit }) => {
      await sleep('3s');
      try {
        commit(() => undefined);
      } catch (error) {
        refusals.push(error);
      }
    });
    const cluster = await started(2, { listeners, lease: '10s' });
    await cluster.clock.advanceUntil(() => starts.length === 1, '2m');
    const holder = holderOf(cluster);
    cluster.freeze(holder);
    await cluster.clock.advance('40s');
    cluster.heal(holder);
    await cluster.clock.advance('1s');

    expect(refusals).toMatchObject([
      { code: 'RUN_REVOKED', facts: { reason: expect.stringContaining('lease') as string } },
    ]);
    await cluster.stop();
  });

  it('is unreachable, and the application degraded, while the engine is away; it goes on within 2 s of its return', async () => {
    const { starts, listeners } = given();
    const cluster = await started(1, { listeners });
    const [app] = cluster.apps;
    await cluster.clock.advance('3s');
    cluster.partition(0);
    await cluster.clock.advance('3s');

    expect(app?.state).toBe('degraded');
    expect((await app?.health())?.causes[0]).toContain('the cluster engine (memory) is away since');
    expect(outcomes(app?.runs('sync') ?? []).slice(3)).toEqual(['unreachable', 'unreachable', 'unreachable']);
    cluster.heal(0);
    await cluster.clock.advance('2s');
    expect(app?.state).toBe('running');
    expect(starts).toHaveLength(5);
    expect(cluster.runs('sync').find(({ missed }) => missed !== undefined)).toMatchObject({
      reason: 'unreachable',
      missed: { count: 3 },
    });
    await cluster.stop();
  });

  it('is run by another process after kill -9 with at-least-once', async () => {
    const { starts, listeners } = given({ interval: '1h', delivery: 'at-least-once' }, ({ sleep }) => sleep('3s'));
    const cluster = await started(2, { listeners, lease: '5s' });
    await cluster.clock.advanceUntil(() => starts.length === 1, '2h');
    cluster.kill(holderOf(cluster));
    await cluster.clock.advance('20s');

    expect(starts).toHaveLength(2);
    expect(cluster.runs('sync')).toMatchObject([{ outcome: 'succeeded', start: 2 }]);
    await cluster.stop();
  });
});
