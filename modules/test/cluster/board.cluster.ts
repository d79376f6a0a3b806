import { Queue } from 'bullmq';
import type { ClusterTask, ClusterTaskHandle } from 'daemonry';
import type { ApplicationProcess } from 'daemonry/testing';

import { eventually } from './support/eventually';
import { FakeWorker, givenMoment, givenTask } from './support/FakeWorker';
import { givenEngine } from './support/givenEngines';
import { givenRedis } from './support/givenRedis';
import { startExample } from './support/startExample';

const redis = givenRedis();
let board: ApplicationProcess | undefined;
afterEach(async () => {
  await board?.stop();
  board = undefined;
});

/** Starts bull-board as the guide shows it; returns a function that asks it. */
async function givenBoard(): Promise<(path: string, method?: string) => Promise<Response>> {
  const running = startExample('board', { REDIS_URL: redis.server.url, PORT: '0' });
  board = running;
  await running.until(() => /http:\S+/.test(running.stdout));
  const [url = ''] = /http:\S+/.exec(running.stdout) ?? [];
  return (path, method = 'GET') => fetch(`${url}${path}`, { method });
}

/** A queue, as bull-board tells of it. */
interface ShownQueue {
  readonly name: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly jobs: readonly { readonly id: string; readonly progress: unknown; readonly failedReason?: string }[];
  readonly isPaused: boolean;
}

async function joined(task: ClusterTask, worker: FakeWorker): Promise<ClusterTaskHandle> {
  const handle = (await givenEngine(redis.settings(), task.application)).engine.join(task, worker);
  await eventually('the engine', () => handle.history({ limit: 1 }).catch(() => undefined));
  return handle;
}

const SUCCEEDED = '1970-01-01T00:00:01.000Z';
const FAILED = '1970-01-01T00:00:02.000Z';

/** A task with one run that succeeded and one that failed. */
async function givenRuns(): Promise<FakeWorker> {
  const task = givenTask({ application: 'shop: Läden', overlap: 'allow' });
  const worker = new FakeWorker(task, ({ scheduledAt }) => {
    if (scheduledAt === Date.parse(FAILED)) throw new Error('no stock');
  });
  const handle = await joined(task, worker);
  for (const [index, at] of [SUCCEEDED, FAILED].entries()) {
    await handle.offer(givenMoment({ scheduledAt: Date.parse(at) }));
    await eventually('the record', async () => (await handle.history({ limit: 9 })).length > index);
  }
  return worker;
}

describe('bull-board beside a cluster', () => {
  it('shows the queues of the tasks, whatever the application is called, and each run with its record', async () => {
    await givenRuns();
    const ask = await givenBoard();
    const { queues } = (await (await ask('/api/queues')).json()) as { queues: readonly ShownQueue[] };
    const [name = ''] = queues.map((queue) => queue.name);
    const of = async (status: string): Promise<ShownQueue> => {
      const path = `/api/queues?activeQueue=${encodeURIComponent(name)}&status=${status}&page=1`;
      const shown = (await (await ask(path)).json()) as { queues: readonly ShownQueue[] };
      return shown.queues[0] as ShownQueue;
    };

    expect(queues.map((queue) => [queue.name, queue.isPaused])).toEqual([['shop!3A!20L!C3!A4den~orders.tick', false]]);
    expect(queues[0]?.counts).toMatchObject({ completed: 1, failed: 1, active: 0, waiting: 0 });
    expect((await of('completed')).jobs).toMatchObject([
      { id: 'orders.tick@1970-01-01T00~00~01.000Z', progress: { scheduledAt: SUCCEEDED, outcome: 'succeeded' } },
    ]);
    expect((await of('failed')).jobs).toMatchObject([
      { failedReason: 'no stock', progress: { scheduledAt: FAILED, outcome: 'failed' } },
    ]);
  });

  it('shows a job by its id, and no schedulers, since no schedule is stored', async () => {
    await givenRuns();
    const ask = await givenBoard();
    const queue = encodeURIComponent('shop!3A!20L!C3!A4den~orders.tick');
    const job = await ask(`/api/queues/${queue}/${encodeURIComponent('orders.tick@1970-01-01T00~00~02.000Z')}`);

    expect(await job.json()).toMatchObject({ job: { name: 'schedule', failedReason: 'no stock' }, status: 'failed' });
    expect(await (await ask('/api/job-schedulers')).json()).toMatchObject({ schedulers: [] });
  });

  it('changes nothing, as it is set up', async () => {
    const worker = await givenRuns();
    const ask = await givenBoard();
    const queue = encodeURIComponent('shop!3A!20L!C3!A4den~orders.tick');
    const job = encodeURIComponent('orders.tick@1970-01-01T00~00~02.000Z');

    const answers = [
      await ask(`/api/queues/${queue}/${job}/retry/failed`, 'PUT'),
      await ask(`/api/queues/${queue}/pause`, 'PUT'),
      await ask(`/api/queues/${queue}/obliterate`, 'PUT'),
    ];

    expect(answers.map(({ ok }) => ok)).toEqual([false, false, false]);
    expect(worker.claims).toHaveLength(2);
  });

  it('cannot have a due moment run once more: a job that is tried again is dropped, and keeps its record', async () => {
    const worker = await givenRuns();
    const queue = new Queue('shop!3A!20L!C3!A4den~orders.tick', { connection: redis.client, prefix: 'daemonry' });
    const [failed] = await queue.getJobs('failed');

    await failed?.retry('failed');
    const again = await eventually('the end of the job', async () => {
      const job = await queue.getJob(failed?.id ?? '');
      return job?.attemptsStarted === 2 && (await job.isFailed()) && job;
    });
    await queue.close();

    expect(worker.claims).toHaveLength(2);
    expect(again.progress).toMatchObject({ scheduledAt: FAILED, outcome: 'failed', error: { message: 'no stock' } });
  });

  it('serves its page', async () => {
    const ask = await givenBoard();

    const page = await ask('/');

    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Bull Dashboard') as string]);
  });
});
