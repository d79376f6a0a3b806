import { BackgroundDaemon, type OnRun, type RunContext, RunRevokedError } from '../../src';
import { createTestCluster, type TestCluster, type TestClusterOptions } from '../../src/testing';
import { grow } from './givenCluster';

interface Tenure {
  readonly token: bigint | undefined;
  readonly begin: number;
  end?: number;
}

/** A daemon whose run body counts its tenures. */
const givenBody = (work?: (context: RunContext) => Promise<void>) => {
  const tenures: Tenure[] = [];
  class Leader implements OnRun {
    async run(context: RunContext): Promise<void> {
      const { fencingToken, clock, signal, sleep } = context;
      const tenure: Tenure = { token: fencingToken, begin: clock.now() };
      tenures.push(tenure);
      try {
        await work?.(context);
        while (!signal.aborted) await sleep('1s');
      } finally {
        tenure.end = clock.now();
      }
    }
  }
  BackgroundDaemon({ name: 'leader', scope: 'cluster' })(Leader);
  return { tenures, listeners: [Leader] };
};

const started = async (size: number, options: TestClusterOptions): Promise<TestCluster> => {
  const cluster = await createTestCluster(size, options);
  await cluster.start();
  return cluster;
};

const holderOf = (cluster: TestCluster): number =>
  Number(/process-(\d+)/.exec(cluster.apps[1]?.status().listeners[0]?.cluster?.holder ?? '')?.[1]);

describe('A run body of cluster scope', () => {
  it('has one active holder, shown in the status of every process', async () => {
    const { tenures, listeners } = givenBody();
    const cluster = await started(3, { listeners });
    await cluster.clock.advance('1m');

    expect(tenures).toHaveLength(1);
    expect(new Set(cluster.apps.map((app) => app.status().listeners[0]?.cluster?.holder)).size).toBe(1);
    expect(cluster.apps.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
    await cluster.stop();
    expect(tenures.every(({ end }) => end !== undefined)).toBe(true);
  });

  it('is handed over within a second when its holder stops, with a larger token', async () => {
    const { tenures, listeners } = givenBody();
    const cluster = await started(2, { listeners });
    await cluster.clock.advance('10s');
    const stopping = cluster.apps[holderOf(cluster)]?.stop();
    await cluster.clock.advance('1s');
    await stopping;

    expect(tenures).toHaveLength(2);
    expect(grow(tenures.map(({ token = 0n }) => token))).toBe(true);
    await cluster.stop();
  });

  it('is taken over after kill -9 once the lease is over', async () => {
    const { tenures, listeners } = givenBody();
    const cluster = await started(3, { listeners, lease: '10s' });
    await cluster.clock.advance('30s');
    const killedAt = cluster.clock.now();
    cluster.kill(holderOf(cluster));
    await cluster.clock.advance('12s');

    expect(tenures).toHaveLength(2);
    expect((tenures[1]?.begin ?? 0) - killedAt).toBeLessThanOrEqual(12_000);
    await cluster.stop();
  });

  it('has never two holders under a partition: the old one is aborted first, and its listener does not die', async () => {
    const { tenures, listeners } = givenBody();
    const cluster = await started(2, { listeners, lease: '10s' });
    await cluster.clock.advance('30s');
    const holder = holderOf(cluster);
    cluster.partition(holder);
    await cluster.clock.advance('20s');

    expect(tenures).toHaveLength(2);
    expect(tenures[0]?.end).toBeLessThanOrEqual(tenures[1]?.begin ?? 0);
    expect(cluster.apps[holder]?.status().listeners[0]?.state).toBe('running');
    cluster.heal(holder);
    await cluster.clock.advance('20s');
    expect(tenures).toHaveLength(2);
    await cluster.stop();
  });

  it('dies as with process scope when it fails by itself, and another process goes on', async () => {
    let fails = true;
    const { tenures, listeners } = givenBody(async ({ sleep }) => {
      await sleep('5s');
      if (fails) {
        fails = false;
        throw new Error('no more');
      }
    });
    const cluster = await started(2, { listeners });
    await cluster.clock.advance('10s');

    expect(cluster.apps.map((app) => app.status().listeners[0]?.state).sort()).toEqual(['died', 'running']);
    expect(tenures).toHaveLength(2);
    await cluster.stop();
  });

  it('may not commit once its lease may be lost: not in a process that wakes, nor in one that is cut off', async () => {
    const commits: unknown[] = [];
    const { tenures, listeners } = givenBody(async ({ sleep, commit, fencingToken }) => {
      for (;;) {
        await sleep('3s');
        try {
          commits.push(commit(() => fencingToken));
        } catch (error) {
          commits.push(error);
          throw error;
        }
      }
    });
    const cluster = await started(2, { listeners, lease: '10s' });
    await cluster.clock.advance('10s');
    const holder = holderOf(cluster);
    cluster.freeze(holder);
    await cluster.clock.advance('20s');
    const before = commits.length;
    cluster.heal(holder);
    await cluster.clock.advance('10ms');

    expect(tenures).toHaveLength(2);
    expect(commits[0]).toBe(tenures[0]?.token);
    expect(commits.slice(before)).toMatchObject([
      { code: 'RUN_REVOKED', tickId: 'leader.run', facts: { reason: expect.stringContaining('lease') as string } },
    ]);
    await cluster.stop();
  });

  it('may commit while it is being stopped, and not once it is over', async () => {
    const results: unknown[] = [];
    let later: (() => unknown) | undefined;
    const { listeners } = givenBody(async ({ commit, signal, sleep }) => {
      later = () => commit(() => 'too late');
      await sleep('1h').catch(() => undefined);
      results.push(
        signal.aborted,
        commit(() => 'the last'),
      );
    });
    const cluster = await started(1, { listeners });
    await cluster.clock.advance('1s');
    await cluster.stop();

    expect(results).toEqual([true, 'the last']);
    expect(() => later?.()).toThrow(RunRevokedError);
  });
});
