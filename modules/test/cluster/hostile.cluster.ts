import { type ClusterLease, ClusterUnreachableError, type LogEntry } from 'daemonry';

import { migrate } from '../../cluster/postgres/migrate';
import { eventually } from './support/eventually';
import { FakeWorker, givenMoment, givenTask } from './support/FakeWorker';
import { givenEngine } from './support/givenEngines';
import { givenRedis } from './support/givenRedis';
import { PostgresServer } from './support/PostgresServer';

const redis = givenRedis();

/** A task in one process that has run once. */
async function givenRuns() {
  const task = givenTask({ overlap: 'allow' });
  const worker = new FakeWorker(task);
  const log: LogEntry[] = [];
  const { engine } = await givenEngine(redis.settings(), 'shop', [], log);
  const handle = engine.join(task, worker);
  const runsOnce = async (): Promise<void> => {
    const before = worker.claims.length;
    await eventually('a run', async () => {
      await handle.offer(givenMoment()).catch(() => undefined);
      return worker.claims.length > before;
    });
  };
  await runsOnce();
  return { engine, handle, worker, runsOnce, log };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });

describe('a Redis that refuses while a cluster runs on it', () => {
  afterEach(async () => {
    await redis.client.config('SET', 'maxmemory', '0');
    await redis.client.replicaof('NO', 'ONE');
  });

  it.each([
    [
      'its memory is full, and nothing may be evicted',
      ['config', 'set', 'maxmemory', '1'],
      ['config', 'set', 'maxmemory', '0'],
      'OOM',
    ],
    ['it has become a replica', ['replicaof', '127.0.0.1', '1'], ['replicaof', 'no', 'one'], 'READONLY'],
  ])('is away as long as %s, which is said with its reason', async (_, begin, end, reason) => {
    const { engine, handle, runsOnce, log } = await givenRuns();
    const [command = '', ...args] = begin;
    await redis.client.call(command, ...args);
    await eventually('the loss', () => !engine.isConnected);
    await expect(handle.offer(givenMoment())).rejects.toBeInstanceOf(ClusterUnreachableError);
    const [back = '', ...more] = end;
    await redis.client.call(back, ...more);
    await eventually('the return', () => engine.isConnected);
    await runsOnce();

    const told = log.filter(({ level, message }) => level === 'warn' && message.includes('has lost its store'));
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).toContain(reason);
    expect(log.filter(({ level }) => level === 'error')).toEqual([]);
    expect(log.filter(({ level }) => level === 'warn').length).toBeLessThan(8);
  });

  it('has its scripts given again when they were flushed, without a loss', async () => {
    const { engine, runsOnce, log, handle } = await givenRuns();
    await redis.client.script('FLUSH');
    await redis.client.call('script', 'kill').catch(() => undefined); // none runs
    await runsOnce();
    await redis.client.script('FLUSH');
    const now = Date.now();
    const moment = { trigger: 'manual', scheduledAt: now, firesAt: now, manualId: 'x' } as const;
    await expect(handle.trigger(moment, 10_000)).resolves.toMatchObject({ outcome: 'succeeded' });

    expect(engine.isConnected).toBe(true);
    expect(log.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('ends the runs in flight and the bodies that are held when it was flushed, and goes on with larger tokens', async () => {
    const task = givenTask();
    let isFirst = true;
    const worker = new FakeWorker(task, ({ signal }) => {
      const waits = isFirst;
      isFirst = false;
      return waits ? aborted(signal) : undefined;
    });
    const leases: ClusterLease[] = [];
    const { engine } = await givenEngine(redis.settings());
    const handle = engine.join(task, worker);
    engine.hold(
      { application: 'shop', listener: 'feed' },
      {
        acquired: async (lease) => {
          leases.push(lease);
          await aborted(lease.signal);
        },
      },
    );
    await eventually('the run', async () => {
      await handle.offer(givenMoment()).catch(() => undefined);
      return worker.claims.length > 0 && leases.length > 0;
    });
    await redis.client.flushall();
    await eventually('the ends', () => worker.claims[0]?.signal.aborted === true && leases[0]?.signal.aborted === true);
    await eventually('the next run', async () => {
      await handle.offer(givenMoment()).catch(() => undefined);
      return worker.claims.length > 1 && leases.length > 1;
    });

    expect(worker.claims[1]?.fencingToken).toBeGreaterThan(worker.claims[0]?.fencingToken ?? 0n);
    expect(leases[1]?.fencingToken).toBeGreaterThan(leases[0]?.fencingToken ?? 0n);
  });
});

describe('a Redis that takes the user of a cluster away while it runs', () => {
  it('is away until it is given back, which is said with its reason, and without the password', async () => {
    const user = ['SETUSER', 'orders', 'on', '>open-sesame', '~*', '&*', '+@all'] as const;
    await redis.client.call('ACL', ...user);
    const url = `redis://orders:open-sesame@127.0.0.1:${redis.server.port}`;
    const log: LogEntry[] = [];
    const { engine } = await givenEngine({ redis: { url }, lease: '2s' }, 'shop', [], log);
    await redis.client.call('ACL', 'DELUSER', 'orders');
    await eventually('the loss', () => !engine.isConnected);
    await eventually('its reason', () => log.some(({ message }) => message.includes('has lost its store')));
    await redis.client.call('ACL', ...user);
    await eventually('the return', () => engine.isConnected);

    const told = log.filter(({ message }) => /its store/.test(message)).map(({ message, cause }) => [message, cause]);
    expect(told).toEqual([
      [expect.stringContaining('has lost its store'), expect.stringContaining('WRONGPASS')],
      ['The cluster engine has its store back', undefined],
    ]);
    expect(JSON.stringify(log)).not.toContain('open-sesame');
  });
});

describe('the state of a task that was evicted or deleted while processes run', () => {
  const HASH = 'daemonry:shop~orders.tick:daemonry';

  it('is begun anew: nothing counts as missed since the beginning of all time', async () => {
    const { handle, worker, runsOnce } = await givenRuns();
    const before = Date.now() + 1;
    await eventually('a later moment', () => Date.now() > before);
    await redis.client.del(HASH);
    await handle.offer(givenMoment({ scheduledAt: before, firesAt: before }));
    const claim = await eventually('the run', () => worker.claims.find(({ scheduledAt }) => scheduledAt === before));
    expect(claim.accounted).toBeGreaterThanOrEqual(before);
    await runsOnce();

    expect(worker.claims.at(-1)?.fencingToken).toBeGreaterThan(worker.claims[0]?.fencingToken ?? 0n);
  });

  it('has its processes and their schedule again, also where one of them was forgotten alone, as when it is frozen', async () => {
    const { engine, runsOnce } = await givenRuns();
    const itself = `p:${engine.processId}`;
    const lookFor = (name: string) => eventually(name, async () => (await redis.client.hexists(HASH, name)) === 1);
    for (const forget of [() => redis.client.del(HASH), () => redis.client.hdel(HASH, itself)]) {
      await forget();
      await runsOnce();
      await lookFor(itself);
    }
    for (const name of ['key', 'openSince']) await lookFor(name);
  });
});

describe('a run body', () => {
  it('is shown with its holder, since when, and the end of its lease, in every process', async () => {
    const body = { application: 'shop', listener: 'feed' };
    const acquired = ({ signal }: ClusterLease): Promise<void> => aborted(signal);
    let end = (): void => undefined;
    const one = await givenEngine(redis.settings());
    const first = one.engine.hold(body, { acquired: () => new Promise<void>((resolve) => (end = resolve)) });
    await eventually('the holder', () => first.state.holder !== undefined);
    const second = (await givenEngine(redis.settings())).engine.hold(body, { acquired });
    await eventually('the other to know', () => second.state.leaseUntil !== undefined);

    for (const state of [first.state, second.state]) {
      expect(state.holder).toBe(one.engine.processId);
      expect(Math.abs(Date.parse(state.since ?? '') - Date.now())).toBeLessThan(15_000);
    }
    expect(first.state.since?.slice(0, 19)).toBe(second.state.since?.slice(0, 19));
    const left = first.leave();
    end();
    await left;
    expect(first.state.holder).not.toBe(one.engine.processId);
    await eventually(
      'the new holder',
      () => second.state.holder !== undefined && second.state.holder !== one.engine.processId,
    );
  });
});

describe('an application with a name of 500 characters', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await PostgresServer.start();
    await migrate(postgres.url, 'daemonry');
  });
  afterAll(() => postgres.remove());

  const anything = Array.from({ length: 250 }, (_, index) => String.fromCodePoint(0x1f300 + index)).join('');
  it.each([
    ['colons and braces', 'Redis', ':{}~!'.repeat(100)],
    ['emoji', 'Redis', anything],
    ['colons and braces', 'PostgreSQL', ':{}~!'.repeat(100)],
    ['emoji', 'PostgreSQL', anything],
  ])('of %s shares its tasks in %s', async (_, kind, name) => {
    const settings = kind === 'Redis' ? redis.settings() : { postgres: { url: postgres.url }, lease: '2s' };
    const task = givenTask({ application: name });
    const worker = new FakeWorker(task);
    const { engine } = await givenEngine(settings, name);
    const handle = engine.join(task, worker);
    const moment = givenMoment();
    await eventually('an answer', () => handle.offer(moment).catch(() => undefined));
    await eventually('the run', () => worker.claims.length === 1);

    await expect(handle.recordOf(moment.scheduledAt)).resolves.toMatchObject({ task: 'tick' });
  });
});

describe('a task with overlap: allow', () => {
  it('runs 150 moments side by side in one process', async () => {
    const task = givenTask({ overlap: 'allow' });
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    const worker = new FakeWorker(task, () => over);
    const { engine } = await givenEngine({ ...redis.settings(), lease: '10s' });
    const handle = engine.join(task, worker);
    const begin = Date.now() - 1_000;
    for (let count = 0; count < 150; count++) {
      const at = begin + count;
      await eventually('an answer', () =>
        handle.offer({ trigger: 'schedule', scheduledAt: at, firesAt: at }).catch(() => undefined),
      );
    }
    await eventually('all of them', () => worker.claims.length === 150);
    end();
    const runs = await eventually('their records', async () => {
      const found = await handle.history({ limit: 1_000, outcome: 'succeeded' });
      return found.length === 150 && found;
    });

    expect(new Set(worker.claims.map(({ fencingToken }) => fencingToken)).size).toBe(150);
    expect(new Set(runs.map(({ tickId }) => tickId)).size).toBe(150);
    expect(worker.lostRuns).toEqual([]);
  });
});

describe('a trigger', () => {
  it.each([30, 3_650])('with a deadline of %d days is awaited', async (days) => {
    const { handle } = await givenRuns();
    const now = Date.now();
    const moment = { trigger: 'manual', scheduledAt: now, firesAt: now, manualId: 'by-hand' } as const;

    await expect(handle.trigger(moment, days * 86_400_000)).resolves.toMatchObject({ outcome: 'succeeded' });
  });
});

describe('a rolling deployment that begins to want runs at least once', () => {
  it('has dead letters of the new processes only, and forgets them by their tickId', async () => {
    const fails = (): void => {
      throw new Error('the bank is closed');
    };
    const [before, after] = [
      givenTask({ overlap: 'allow' }),
      givenTask({ overlap: 'allow', delivery: 'at-least-once', maxStarts: 2 }),
    ];
    const [old, fresh] = [new FakeWorker(before, fails), new FakeWorker(after, fails)];
    const first = (await givenEngine(redis.settings())).engine.join(before, old);
    const second = (await givenEngine(redis.settings())).engine.join(after, fresh);
    const begin = Date.now() - 10_000;
    for (let count = 0; count < 20; count++) {
      const at = begin + count;
      const handle = count % 2 === 0 ? first : second;
      await eventually('an answer', () =>
        handle.offer({ trigger: 'schedule', scheduledAt: at, firesAt: at }).catch(() => undefined),
      );
    }
    await eventually('their ends', async () => (await redis.client.zcard('daemonry:shop~orders.tick:failed')) === 20);
    const runs = await first.history({ limit: 1_000, outcome: 'failed' });
    // The second start of the others came to the old process, which starts each moment once.
    const dead = fresh.claims.filter(({ start }) => start === 2).length;
    await eventually('all to know', () => [first, second].every(({ state }) => (state.deadLetters ?? 0) === dead));
    const dismissed = await Promise.all(runs.map(({ tickId }) => first.dismiss(tickId)));
    expect(runs).toHaveLength(20);
    expect(dead).toBeGreaterThan(0);
    expect(dismissed.filter((count) => count === 1)).toHaveLength(dead);
    await eventually('all to know', () => [first, second].every(({ state }) => state.deadLetters === undefined));
    expect(await second.dismiss()).toBe(0);
    expect(await second.history({ limit: 1_000, outcome: 'failed' })).toHaveLength(20);
  });
});
