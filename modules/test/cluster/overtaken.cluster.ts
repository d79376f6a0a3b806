import { randomUUID } from 'node:crypto';

import type { ClusterMoment } from 'daemonry';

import type { StartAnswer } from '../../cluster/ClusterStore';
import { RedisStore } from '../../cluster/redis/RedisStore';
import { givenRedis } from './support/givenRedis';

const task = { path: 'orders.tick', queue: 'shop~orders.tick', application: 'shop' };
const BASE = 'daemonry:shop~orders.tick';
const LOCK = 'lock of this job';
const POLICY = { overlap: 'skip', misfire: 'skip', delivery: 'at-most-once', maxStarts: 1 } as const;
const due = (at: number): ClusterMoment => ({ trigger: 'schedule', scheduledAt: at, firesAt: at });

const redis = givenRedis();
let store: RedisStore;
beforeEach(async () => {
  const options = { prefix: 'daemonry', application: 'shop', processId: 'p', leaseMs: 60_000, warn: () => undefined };
  store = new RedisStore({ ...options, redis: { url: redis.server.url, tls: false } });
  await store.connect();
});
afterEach(() => store.close());

describe('the atomic step in Lua, for runs side by side', () => {
  it('lets a due moment that another one has overtaken start, once, and tells neither as missed', async () => {
    const policy = { ...POLICY, overlap: 'allow' } as const;
    const moments = [due(1_000), due(2_000), due(3_000)] as const;
    const [first, second, third] = moments;
    const start = async (moment: ClusterMoment): Promise<StartAnswer> => {
      const jobId = `job-${moment.scheduledAt}`;
      const request = { moment, jobId, lock: LOCK, claimId: randomUUID(), policy, isNewest: true };
      return store.start(task, request);
    };
    for (const moment of moments) {
      const jobId = `job-${moment.scheduledAt}`;
      await store.offer(task, { moment, jobId, overlap: 'allow' });
      await redis.client.hset(`${BASE}:${jobId}`, { data: '' });
      await redis.client.set(`${BASE}:${jobId}:lock`, LOCK);
    }
    await start(first);

    const overtaking = await start(third);
    const overtaken = await start(second);
    const again = await start(second);

    expect(overtaking).toMatchObject({ kind: 'start', accounted: 1_000, waiting: [2_000] });
    expect(overtaken).toMatchObject({ kind: 'start', accounted: undefined, waiting: [] });
    expect(again.kind).toBe('drop');
  });

  it('gives a moment back that a newer one has overtaken since, for its first start', async () => {
    const policy = { ...POLICY, overlap: 'allow' } as const;
    const at = (moment: number) => ({ moment: due(moment), jobId: `job-${moment}`, lock: LOCK });
    for (const { jobId } of [at(1_000), at(2_000)]) await redis.client.set(`${BASE}:${jobId}:lock`, LOCK);
    const first = await store.start(task, { ...at(1_000), claimId: 'one', policy, isNewest: true });
    await store.start(task, { ...at(2_000), claimId: 'two', policy, isNewest: true });

    await store.giveBack(task, { ...at(1_000), fencingToken: first.fencingToken, overlap: 'allow' });

    expect(await store.start(task, { ...at(1_000), claimId: 'three', policy, isNewest: true })).toMatchObject({
      kind: 'start',
      start: 1,
    });
  });
});
