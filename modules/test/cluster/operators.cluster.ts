import { Queue } from 'bullmq';
import { type ClusterIntent, ClusterTriggerExpiredError, type ClusterTaskHandle, type LogEntry } from 'daemonry';

import { eventually } from './support/eventually';
import { FakeWorker, givenMoment, givenTask } from './support/FakeWorker';
import { givenEngine, stopEngines } from './support/givenEngines';
import { givenRedis } from './support/givenRedis';

const redis = givenRedis();

/** Joins a task in a process of its own, and waits until the engine takes offers. */
async function joined(
  worker: FakeWorker,
  task = givenTask(),
  name?: string,
  log?: LogEntry[],
): Promise<ClusterTaskHandle> {
  const handle = (await givenEngine(redis.settings(), name, [], log)).engine.join(task, worker);
  await eventually('the engine', () => handle.history({ limit: 1 }).catch(() => undefined));
  return handle;
}

const asked = (manualId: string): ReturnType<typeof givenMoment> => givenMoment({ trigger: 'manual', manualId });
const intent = (more: Partial<ClusterIntent> = {}): ClusterIntent => ({
  by: 'ada',
  kind: 'human',
  reason: 'stock is counted',
  since: new Date().toISOString(),
  ...more,
});

describe('a manual run of a task in a cluster', () => {
  it('runs in any process, and resolves with its record where it was asked for', async () => {
    const task = givenTask();
    const here = await joined(new FakeWorker(task), task);
    here.accept(false);
    const worker = new FakeWorker(task);
    await joined(worker);

    const record = await here.trigger(asked('shop:1'), 10_000);

    expect(record).toMatchObject({ outcome: 'succeeded', tickId: 'orders.tick@manual:shop:1' });
    expect(worker.claims).toHaveLength(1);
  });

  it('resolves with the record of a failure', async () => {
    const task = givenTask();
    const handle = await joined(
      new FakeWorker(task, () => {
        throw new Error('no stock');
      }),
    );

    expect(await handle.trigger(asked('1'), 10_000)).toMatchObject({
      outcome: 'failed',
      error: { message: 'no stock' },
    });
  });

  it('is refused at once while a run goes on in another process', async () => {
    const task = givenTask();
    let end = (): void => undefined;
    const busy = new FakeWorker(task, () => new Promise<void>((resolve) => (end = resolve)));
    const first = await joined(busy);
    const second = await joined(new FakeWorker(task));
    second.accept(false);
    await first.offer(givenMoment());
    await eventually('the run', () => busy.claims.length === 1);

    const refused = await second.trigger(asked('1'), 10_000);
    end();

    expect(refused).toMatchObject({ outcome: 'skipped', reason: 'overlap' });
    await eventually('both records', async () => (await first.history({ limit: 10 })).length === 2);
  });

  it('is given up when nobody does it in time', async () => {
    const handle = await joined(new FakeWorker(givenTask()));
    handle.accept(false);

    await expect(handle.trigger(asked('1'), 3_000)).rejects.toBeInstanceOf(ClusterTriggerExpiredError);
  });
});

describe('a process that stops while it waits for a manual run', () => {
  it('says at once that nobody has done it, and another process does it later', async () => {
    const task = givenTask();
    const asking = await givenEngine(redis.settings());
    const here = asking.engine.join(task, new FakeWorker(task));
    await eventually('the engine', () => here.history({ limit: 1 }).catch(() => undefined));
    here.accept(false);
    const began = Date.now();
    const refused = here.trigger(asked('1'), 600_000).catch((error: unknown) => error);
    await eventually(
      'the job',
      async () => (await redis.client.exists('daemonry:shop~orders.tick:orders.tick@manual~1')) === 1,
    );
    await asking.application.stop('the test wants it');

    expect(await refused).toBeInstanceOf(ClusterTriggerExpiredError);
    expect(Date.now() - began).toBeLessThan(10_000);
    const worker = new FakeWorker(task);
    await joined(worker, task);
    await eventually('the run', () => worker.claims.length === 1);
  });
});

describe('the wishes of an operator', () => {
  it('are heard in every process, and a pause has due moments recorded as paused while manual runs go on', async () => {
    const task = givenTask();
    const workers = [new FakeWorker(task), new FakeWorker(task)];
    const [one, two] = [await joined(workers[0] as FakeWorker), await joined(workers[1] as FakeWorker)];

    await one.change({ pause: intent() }, 'human');
    await eventually('the other process', () => two.intents.pause !== undefined);
    await two.offer(givenMoment());
    const skipped = await eventually('the record', async () => (await one.history({ limit: 1 }))[0]);
    const manual = await two.trigger(asked('1'), 10_000);
    await two.change({ pause: undefined }, 'human');
    await eventually('the first process', () => one.intents.pause === undefined);

    expect(skipped).toMatchObject({ outcome: 'skipped', reason: 'paused' });
    expect(manual.outcome).toBe('succeeded');
    expect(workers[1]?.heard.at(-1)).toEqual({});
    expect(workers[1]?.heard).toContainEqual({ pause: expect.objectContaining({ by: 'ada' }) as unknown });
  });

  it('are lifted by themselves: a pause with an end, and the skipping of the next due moment', async () => {
    const task = givenTask();
    const worker = new FakeWorker(task);
    const handle = await joined(worker);

    await handle.change({ skipNext: intent() }, 'human');
    await handle.offer(givenMoment());
    await eventually('what is skipped', () => worker.skipped.length === 1);
    await eventually('the end of that', () => handle.intents.skipNext === undefined);
    await handle.change({ pause: intent({ until: new Date(Date.now() + 300).toISOString() }) }, 'human');
    await eventually('the end of the pause', () => handle.intents.pause === undefined);
    await handle.offer(givenMoment());
    await eventually('a run', () => worker.claims.length === 1);

    expect(worker.skipped).toMatchObject([{ reason: 'paused' }]);
  });

  it('outlive the processes', async () => {
    const task = givenTask();
    await (await joined(new FakeWorker(task))).change({ reschedule: intent({ value: 'every 1h' }) }, 'human');
    await stopEngines();
    const worker = new FakeWorker(task);

    await joined(worker);
    const heard = await eventually('the wishes', () => worker.heard.at(-1));

    expect(heard).toMatchObject({ reschedule: { value: 'every 1h' } });
  });
});

describe('a queue that another tool has paused', () => {
  it('is shown as paused by nobody known, told once, and resumed for all by the operators, without a burst', async () => {
    const task = givenTask({ overlap: 'allow' });
    const worker = new FakeWorker(task);
    const other = new Queue('shop~orders.tick', { connection: redis.client, prefix: 'daemonry' });
    await other.pause();
    const log: LogEntry[] = [];
    const handle = await joined(worker, task, 'shop', log);
    const shown = await eventually('the pause', () => handle.intents.pause);
    await handle.offer(givenMoment());
    await handle.offer(givenMoment({ scheduledAt: Date.now() + 1, firesAt: Date.now() }));
    await other.close();

    await handle.change({ pause: undefined }, 'human');
    await eventually('what was offered meanwhile', () => worker.skipped.length === 2);
    await handle.offer(givenMoment());
    await eventually('the next run', () => worker.claims.length === 1);

    expect(shown).toMatchObject({ by: 'unknown', reason: 'another tool has paused its queue' });
    expect(worker.heard.map(({ pause }) => pause?.by)).toEqual([undefined, 'unknown', undefined]);
    expect(worker.skipped.map(({ reason }) => reason)).toEqual(['paused', 'paused']);
    const told = log.filter(({ message }) => message.includes('paused the queue of "orders.tick"'));
    expect(told.map(({ level }) => level)).toEqual(['warn']);
    expect(told[0]?.message).toContain('daemonry resume orders tick');
  });

  it('is found while the engine runs, also of a run body', async () => {
    const log: LogEntry[] = [];
    const handle = await joined(new FakeWorker(givenTask()), givenTask(), 'shop', log);
    const { engine } = await givenEngine(redis.settings(), 'shop', [], log);
    engine.hold({ application: 'shop', listener: 'feed' }, { acquired: async () => undefined });
    const queues = ['shop~orders.tick', 'shop~feed'].map(
      (name) => new Queue(name, { connection: redis.client, prefix: 'daemonry' }),
    );
    for (const queue of queues) await queue.pause();

    await eventually('the pause', () => handle.intents.pause?.by === 'unknown');
    await eventually('that of the body', () => log.some(({ message }) => message.includes('queue of "feed"')));
    for (const queue of queues) await queue.resume();
    await eventually('the end of it', () => handle.intents.pause === undefined);
    for (const queue of queues) await queue.close();
  }, 40_000);
});

describe('the history of a task in a cluster', () => {
  it('holds the runs of all processes, the newest first, and finds that of an instant', async () => {
    const task = givenTask({ overlap: 'allow' });
    const one = await joined(new FakeWorker(task), task);
    const two = await joined(new FakeWorker(task), task);
    for (const [index, handle] of [one, two, one].entries()) {
      await handle.offer(givenMoment({ scheduledAt: (index + 1) * 60_000 }));
      await eventually('the record', async () => (await two.history({ limit: 10 })).length > index);
    }
    const runs = await two.history({ limit: 10 });

    expect(runs.map(({ scheduledAt }) => Date.parse(scheduledAt))).toEqual([180_000, 120_000, 60_000]);
    expect(await two.history({ limit: 1, to: 180_000 })).toHaveLength(1);
    expect(await one.recordOf(120_000)).toMatchObject({ outcome: 'succeeded' });
    expect(await one.recordOf(90_000)).toBeUndefined();
  });
});

describe('processes with different schedules', () => {
  it('leave the task to the one that has started last, until that is gone', async () => {
    const [older, newer] = [new FakeWorker(givenTask()), new FakeWorker(givenTask())];
    await joined(older, givenTask({ scheduleKey: 'every 1m' }));
    const handle = await joined(newer, givenTask({ scheduleKey: 'every 5m' }));

    await eventually('the older one to step back', () => older.isSuperseded);
    await handle.leave();
    await eventually('the older one to come back', () => !older.isSuperseded);

    expect(newer.isSuperseded).toBe(false);
  });
});

describe('applications under one prefix', () => {
  it('share nothing unless they have one name, whatever characters that has', async () => {
    const names = [
      'shop',
      'shop~orders',
      'shop:orders',
      'shop!3Aorders',
      'shop: orders/{1}',
      'Läden 😀',
      'x'.repeat(300),
    ];
    const workers: FakeWorker[] = [];
    for (const [index, application] of names.entries()) {
      const task = givenTask({ application, overlap: 'allow' });
      const worker = new FakeWorker(task);
      workers.push(worker);
      const handle = await joined(worker, task, application);
      await handle.offer(givenMoment({ scheduledAt: (index + 1) * 1_000 }));
      await eventually('its run', () => worker.claims.length === 1);
    }

    const started = workers.map(({ claims }) => claims.map(({ scheduledAt }) => scheduledAt));
    expect(started).toEqual(names.map((_, index) => [(index + 1) * 1_000]));
  });
});
