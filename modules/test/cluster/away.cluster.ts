import { type ClusterLease, ClusterTriggerExpiredError, ClusterUnreachableError, type LogEntry } from 'daemonry';
import { Redis } from 'ioredis';

import { RedisServer } from '../support/RedisServer';
import { SwallowingProxy } from '../support/SwallowingProxy';
import { eventually } from './support/eventually';
import { FakeWorker, givenMoment, givenTask } from './support/FakeWorker';
import { givenEngine, stopEngines } from './support/givenEngines';

let server: RedisServer;

beforeEach(async () => {
  server = await RedisServer.start();
});
afterEach(async () => {
  await stopEngines();
  await server.remove();
});

const settings = (): Readonly<Record<string, unknown>> => ({ redis: { url: server.url }, lease: '2s' });

describe('an engine whose Redis goes away', () => {
  it('says so, refuses offers at once, and goes on by itself when it is back', async () => {
    const task = givenTask({ overlap: 'allow' });
    const worker = new FakeWorker(task);
    const { engine } = await givenEngine(settings());
    const seen: boolean[] = [];
    engine.watch(() => seen.push(engine.isConnected));
    const handle = engine.join(task, worker);
    await eventually('the first run', async () => {
      await handle.offer(givenMoment()).catch(() => undefined);
      return worker.claims.length > 0;
    });

    await server.down();
    await eventually('the loss', () => !engine.isConnected);
    const refused = await handle.offer(givenMoment()).catch((error: unknown) => error);
    await server.up();
    await eventually('the return', () => engine.isConnected);
    const runs = worker.claims.length;
    await handle.offer(givenMoment());
    await eventually('the next run', () => worker.claims.length > runs);

    expect(refused).toBeInstanceOf(ClusterUnreachableError);
    expect(seen).toEqual(expect.arrayContaining([true, false]));
  });

  it('keeps the record of a run that ended meanwhile', async () => {
    const task = givenTask();
    let end = (): void => undefined;
    const worker = new FakeWorker(task, () => new Promise<void>((resolve) => (end = resolve)));
    const { engine } = await givenEngine({ ...settings(), lease: '10s' });
    const handle = engine.join(task, worker);
    const moment = givenMoment();
    await eventually('the run', async () => {
      await handle.offer(moment).catch(() => undefined);
      return worker.claims.length > 0;
    });

    await server.down();
    await eventually('the loss', () => !engine.isConnected);
    end();
    await server.up();

    const runs = await eventually('the record', async () => {
      const found = await handle.history({ limit: 10 }).catch(() => []);
      return found.length > 0 && found;
    });
    expect(runs).toMatchObject([{ outcome: 'succeeded' }]);
  });

  it('does not say of a manual run in flight that nothing was done: it may be', async () => {
    const task = givenTask();
    let end = (): void => undefined;
    const worker = new FakeWorker(task, () => new Promise<void>((resolve) => (end = resolve)));
    const { engine } = await givenEngine(settings());
    const handle = engine.join(task, worker);
    await eventually('the task', () => handle.history({ limit: 1 }).catch(() => undefined));
    const asked = handle.trigger(givenMoment({ trigger: 'manual', manualId: '1' }), 1_000);
    const refused = asked.catch((error: unknown) => error);
    await eventually('the run', () => worker.claims.length === 1);

    await server.down();
    const told = await refused;
    end();
    await server.up();

    expect(told).toBeInstanceOf(ClusterTriggerExpiredError);
  });

  it('is joined anew when Redis has lost everything', async () => {
    const task = givenTask({ overlap: 'allow' });
    const worker = new FakeWorker(task);
    const { engine } = await givenEngine(settings());
    const handle = engine.join(task, worker);
    await eventually('the first run', async () => {
      await handle.offer(givenMoment()).catch(() => undefined);
      return worker.claims.length > 0;
    });
    const client = new Redis(server.url);

    await client.flushall();
    const runs = worker.claims.length;
    await eventually('the next run', async () => {
      await handle.offer(givenMoment()).catch(() => undefined);
      return worker.claims.length > runs;
    });
    const keys = await eventually('the hash', async () => {
      const found = await client.hkeys('daemonry:shop~orders.tick:daemonry');
      return found.some((key) => key.startsWith('p:')) && found;
    });
    client.disconnect();

    expect(keys).toContain('since');
  });

  it.each([1, 3])(
    'takes every due moment of a task whose first connections are lost as soon as they are made: %s',
    async (count) => {
      const proxy = await SwallowingProxy.to(server.port);
      const task = givenTask({ overlap: 'allow' });
      const worker = new FakeWorker(task);
      const { engine } = await givenEngine({ redis: { url: `redis://127.0.0.1:${proxy.port}` }, lease: '2s' });

      proxy.cutNext(count);
      const handle = engine.join(task, worker);
      for (const run of [1, 2, 3]) {
        const moment = givenMoment({ scheduledAt: run * 1_000, firesAt: run * 1_000 });
        await eventually('an answer', () => handle.offer(moment).catch(() => undefined));
        await eventually('the run', () => worker.claims.length === run);
      }
      await stopEngines();
      await proxy.close();

      expect(worker.claims.map(({ scheduledAt }) => scheduledAt)).toEqual([1_000, 2_000, 3_000]);
      expect(worker.lostRuns).toEqual([]);
    },
  );

  it('tells that a task cannot be joined, and not each second anew', async () => {
    const proxy = await SwallowingProxy.to(server.port);
    const task = givenTask();
    const log: LogEntry[] = [];
    const redis = { url: `redis://127.0.0.1:${proxy.port}` };
    const { engine } = await givenEngine({ redis, lease: '2s' }, 'shop', [], log);

    proxy.cutNext(100);
    engine.join(task, new FakeWorker(task));
    await eventually('six attempts', () => proxy.cut > 6);
    await stopEngines();
    await proxy.close();

    const warned = log.filter(({ level }) => level === 'warn').map(({ message }) => message);
    const line = '"orders.tick" could not be joined; it is tried again';
    expect(warned.slice(0, -1)).toEqual(Array(5).fill(line));
    expect(warned.at(-1)).toMatch(/^"orders\.tick" could not be joined; .*this is the last of them/);
  });

  it('says so when it answers, and the connections on which work is waited for cannot be made', async () => {
    const task = givenTask({ overlap: 'allow' });
    const worker = new FakeWorker(task);
    const log: LogEntry[] = [];
    const handle = (await givenEngine(settings(), 'shop', [], log)).engine.join(task, worker);
    const client = new Redis(server.url);
    const waiting = await eventually('the worker', async () => {
      const clients = String(await client.client('LIST')).split('\n');
      return /^id=(\d+)/.exec(clients.find((one) => one.includes('cmd=bzpopmin')) ?? '')?.[1];
    });

    await client.config('SET', 'maxclients', 2);
    await client.client('KILL', 'ID', waiting);
    const told = await eventually('the warning', () => log.find(({ message }) => message.includes('cannot be made')));
    await client.config('SET', 'maxclients', 100);
    await handle.offer(givenMoment());
    await eventually('the run', () => worker.claims.length > 0);
    client.disconnect();

    expect(told).toMatchObject({ level: 'warn', listener: 'cluster', connections: 1 });
  }, 40_000);

  it('stops at once while Redis is away', async () => {
    const task = givenTask();
    const { engine, application } = await givenEngine(settings());
    engine.join(task, new FakeWorker(task));
    const hold = engine.hold({ application: 'shop', listener: 'feed' }, { acquired: async () => undefined });
    await server.down();
    await eventually('the loss', () => !engine.isConnected);

    await hold.leave();
    const report = await application.stop('the test is over');

    expect(report).toMatchObject({ code: 0, listeners: [{ name: 'cluster', state: 'stopped' }] });
  });

  it('lets a body that it holds end while Redis is away, and leaves it to its lease', async () => {
    const body = { application: 'shop', listener: 'feed' };
    const acquired = ({ signal }: ClusterLease): Promise<void> =>
      new Promise((resolve) => {
        end = resolve;
        signal.addEventListener('abort', () => resolve());
      });
    let end: (() => void) | undefined;
    const { engine } = await givenEngine({ ...settings(), lease: '10s' });
    const hold = engine.hold(body, { acquired });
    await eventually('the holder', () => end !== undefined);
    await server.down();
    await eventually('the loss', () => !engine.isConnected);

    const leaving = hold.leave();
    end?.();
    await leaving;
    await server.up();
    end = undefined;
    (await givenEngine({ ...settings(), lease: '10s' })).engine.hold(body, { acquired });

    await eventually('the next holder', () => end !== undefined);
  });
});
