import type { ClusterTaskHandle } from 'daemonry';
import { Metrics, metricsModule } from '@daemonry/modules/metrics';

import { eventually } from './support/eventually';
import { FakeWorker, givenMoment, givenTask } from './support/FakeWorker';
import { givenEngine } from './support/givenEngines';
import { givenRedis } from './support/givenRedis';

const redis = givenRedis();

async function joined(worker: FakeWorker, task = givenTask()): Promise<ClusterTaskHandle> {
  const { engine } = await givenEngine(redis.settings());
  const handle = engine.join(task, worker);
  await eventually('the engine', () => handle.history({ limit: 1 }).catch(() => undefined));
  return handle;
}

describe('a due moment that fails', () => {
  it('is not repeated by default, and stands among the failed jobs', async () => {
    const worker = new FakeWorker(givenTask(), () => {
      throw new Error('no stock');
    });
    const handle = await joined(worker);

    await handle.offer(givenMoment());
    const [record] = await eventually('the record', async () => {
      const found = await handle.history({ limit: 1 });
      return found.length > 0 && found;
    });

    expect(record).toMatchObject({ outcome: 'failed', error: { message: 'no stock' } });
    expect(worker.claims).toHaveLength(1);
    expect(handle.state.deadLetters).toBeUndefined();
  });

  it('is repeated where it is wanted at least once, until it succeeds', async () => {
    const task = givenTask({ delivery: 'at-least-once', maxStarts: 3 });
    const worker = new FakeWorker(task, ({ start }) => {
      if (start === 1) throw new Error('no stock yet');
    });
    const handle = await joined(worker, task);

    await handle.offer(givenMoment());
    await eventually('the second start', () => worker.claims.length === 2);
    await eventually('the record', async () => (await handle.history({ limit: 9, outcome: 'succeeded' })).length === 1);

    expect(worker.claims.map(({ start }) => start)).toEqual([1, 2]);
    expect(worker.claims[1]?.fencingToken).toBeGreaterThan(worker.claims[0]?.fencingToken ?? 0n);
    expect(await handle.history({ limit: 9 })).toHaveLength(1);
  });

  it('is a dead letter once its starts are used up', async () => {
    const task = givenTask({ delivery: 'at-least-once', maxStarts: 2 });
    const worker = new FakeWorker(task, () => {
      throw new Error('no stock');
    });
    const handle = await joined(worker, task);

    await handle.offer(givenMoment());
    await eventually('the dead letter', () => handle.state.deadLetters === 1);

    expect(worker.claims.map(({ start }) => start)).toEqual([1, 2]);
  });
});

describe('a process that takes no work any more', () => {
  it('gives a moment back, which another process runs as its first start', async () => {
    const [stopping, other] = [new FakeWorker(givenTask()), new FakeWorker(givenTask())];
    const handle = await joined(stopping);
    stopping.takesWork = false;
    await handle.offer(givenMoment());
    await joined(other);

    const claim = await eventually('the run', () => other.claims[0]);

    expect(claim.start).toBe(1);
    expect(stopping.claims).toEqual([]);
  });

  it('leaves once its run is over and recorded, and another takes the next moment', async () => {
    let end = (): void => undefined;
    const busy = new FakeWorker(givenTask(), () => new Promise<void>((resolve) => (end = resolve)));
    const other = new FakeWorker(givenTask());
    const first = await joined(busy);
    await first.offer(givenMoment());
    await eventually('the run', () => busy.claims.length === 1);
    const second = await joined(other);

    const leaving = first.leave();
    end();
    await leaving;
    const runs = await second.history({ limit: 1 });
    await eventually('the next run', async () => {
      await second.offer(givenMoment());
      return other.claims.length === 1;
    });

    expect(runs).toMatchObject([{ outcome: 'succeeded' }]);
    expect(busy.claims).toHaveLength(1);
  });
});

describe('the metrics of a cluster', () => {
  it('count the moments of this process by result', async () => {
    const { engine, application } = await givenEngine({ redis: { url: redis.server.url } }, 'shop', [metricsModule()]);
    const worker = new FakeWorker(givenTask());
    const handle = engine.join(givenTask(), worker);
    await eventually('a run', async () => {
      await handle.offer(givenMoment()).catch(() => undefined);
      return worker.claims.length > 0;
    });

    const { body } = (await application.container.get(Metrics).expose()) ?? { body: '' };

    expect(body).toMatch(/^daemonry_cluster_claims_total\{result="started"\} 1$/m);
  });
});
