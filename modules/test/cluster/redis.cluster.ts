import { type JobType, Queue } from 'bullmq';
import type { ClusterTaskHandle } from 'daemonry';

import { eventually } from './support/eventually';
import { FakeWorker, givenMoment, givenTask } from './support/FakeWorker';
import { givenEngine } from './support/givenEngines';
import { givenRedis } from './support/givenRedis';

const redis = givenRedis();

/** Offers a moment until the engine is connected and has answered. */
const offered = (handle: ClusterTaskHandle, moment = givenMoment()): Promise<'kept' | 'known' | 'early'> =>
  eventually('an answer to the offer', () => handle.offer(moment).catch(() => undefined));

describe('a task of cluster scope on Redis', () => {
  it('runs each due moment once, however many processes offer it', async () => {
    const task = givenTask({ overlap: 'allow' });
    const workers = [new FakeWorker(task), new FakeWorker(task), new FakeWorker(task)];
    const handles = await Promise.all(
      workers.map(async (worker) => (await givenEngine(redis.settings())).engine.join(task, worker)),
    );
    for (const handle of handles) await offered(handle, givenMoment({ scheduledAt: 1_000, firesAt: 1_000 }));

    const moments = Array.from({ length: 5 }, (_, index) => givenMoment({ scheduledAt: 2_000 + index }));
    for (const moment of moments) {
      const answers = await Promise.all(handles.map((handle) => handle.offer(moment)));
      expect(answers.filter((answer) => answer === 'kept')).toHaveLength(1);
      await eventually('the run', () =>
        workers.some(({ claims }) => claims.some((claim) => claim.scheduledAt === moment.scheduledAt)),
      );
    }

    const runs = workers.flatMap(({ claims }) => claims);
    expect(runs.map(({ scheduledAt }) => scheduledAt).sort()).toEqual([1_000, 2_000, 2_001, 2_002, 2_003, 2_004]);
  });

  it('is a queue that any client of BullMQ reads, with the record of each run', async () => {
    const task = givenTask({ overlap: 'allow' });
    const worker = new FakeWorker(task, ({ scheduledAt }) => {
      if (scheduledAt === 2_000) throw new Error('no stock');
    });
    const handle = (await givenEngine(redis.settings())).engine.join(task, worker);
    await offered(handle, givenMoment({ scheduledAt: 1_000 }));
    await eventually('the first run', () => worker.claims.length === 1);
    await handle.offer(givenMoment({ scheduledAt: 2_000 }));
    const queue = new Queue('shop~orders.tick', { connection: redis.client, prefix: 'daemonry' });
    try {
      const states: JobType[] = ['completed', 'failed'];
      const jobs = await eventually('both jobs', async () => {
        const found = await queue.getJobs(states);
        return found.length === 2 && found.sort((one, other) => one.timestamp - other.timestamp);
      });

      const kept = { removeOnComplete: { count: 1_000 }, removeOnFail: { count: 1_000 } };
      expect(jobs.map(({ opts }) => opts)).toMatchObject([kept, kept]);
      expect(jobs.map(({ id, name, progress, failedReason }) => ({ id, name, progress, failedReason }))).toEqual([
        {
          id: 'orders.tick@1970-01-01T00~00~01.000Z',
          name: 'schedule',
          progress: expect.objectContaining({
            tickId: 'orders.tick@1970-01-01T00:00:01.000Z',
            outcome: 'succeeded',
          }) as unknown,
          failedReason: undefined,
        },
        {
          id: 'orders.tick@1970-01-01T00~00~02.000Z',
          name: 'schedule',
          progress: expect.objectContaining({ outcome: 'failed' }) as unknown,
          failedReason: 'no stock',
        },
      ]);
    } finally {
      await queue.close();
    }
  });

  it('has one connection for all tasks of a process, and one for each', async () => {
    const { engine } = await givenEngine(redis.settings());
    const tasks = ['tick', 'compact', 'report'].map((name) => givenTask({ task: name }));
    for (const task of tasks) await offered(engine.join(task, new FakeWorker(task)));

    const connections = async (): Promise<number> =>
      String(await redis.client.client('LIST')).match(/name=daemonry\S+/g)?.length ?? 0;
    await eventually('a connection for each task', async () => (await connections()) >= 4);
    await offered(engine.join(givenTask({ task: 'last' }), new FakeWorker(givenTask({ task: 'last' }))));
    await eventually('one more', async () => (await connections()) >= 5);

    expect(await connections()).toBe(5);
  });
});
