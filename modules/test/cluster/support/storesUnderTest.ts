import type { Worker } from 'bullmq';
import { createPostgresBackend, withBackend } from 'bullmq';
import type { ClusterMoment } from 'daemonry';
import { Client } from 'pg';

import type { ClusterStore } from '../../../cluster/ClusterStore';
import { migrate } from '../../../cluster/postgres/migrate';
import { PostgresStore } from '../../../cluster/postgres/PostgresStore';
import { RedisStore } from '../../../cluster/redis/RedisStore';
import { givenRedis } from './givenRedis';
import { PostgresServer } from './PostgresServer';

/** The task of the stores under test. */
export const task = { path: 'orders.tick', queue: 'shop~orders.tick', application: 'shop' };
/** The token of the locks of its jobs. */
export const LOCK = 'lock of this job';
const OPTIONS = { prefix: 'daemonry', application: 'shop', processId: 'p', leaseMs: 60_000, warn: () => undefined };
/** The due moment of that instant. */
export const due = (at: number): ClusterMoment => ({ trigger: 'schedule', scheduledAt: at, firesAt: at });
/** The id of the job of that moment. */
export const jobOf = (at: number): string => `job-${at}`;

/** A connected store, emptied after each test. */
interface StoreSubject {
  readonly store: ClusterStore;
  /** Locks the jobs of those moments, as workers would that have taken them. */
  lock(moments: readonly number[], lock?: string): Promise<void>;
  /** Writes fields of the task, which has none yet. */
  write(fields: Readonly<Record<string, string>>): Promise<void>;
}

function onRedis(): () => StoreSubject {
  const redis = givenRedis();
  let store: RedisStore;
  const base = `daemonry:${task.queue}`;
  beforeEach(async () => {
    store = new RedisStore({ ...OPTIONS, redis: { url: redis.server.url, tls: false } });
    await store.connect();
  });
  afterEach(() => store.close());
  return () => ({
    store,
    lock: async (moments, lock = LOCK) => {
      for (const at of moments) {
        await redis.client.hset(`${base}:${jobOf(at)}`, { data: '' });
        await redis.client.set(`${base}:${jobOf(at)}:lock`, lock);
      }
    },
    write: async (fields) => void (await redis.client.hset(`${base}:daemonry`, fields)),
  });
}

function onPostgres(): () => StoreSubject {
  let server: PostgresServer;
  let store: PostgresStore;
  let client: Client;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());
  beforeEach(async () => {
    await migrate(server.url, 'daemonry');
    client = new Client({ connectionString: server.url, options: '-c search_path=daemonry' });
    await client.connect();
    store = new PostgresStore({ ...OPTIONS, url: server.url });
    await store.connect();
  });
  afterEach(async () => {
    await store.close();
    await client.query('DROP SCHEMA daemonry CASCADE');
    await client.end();
  });
  return () => ({
    store,
    lock: async (moments, lock = LOCK) => {
      const connection = { connectionString: server.url, schema: 'daemonry' };
      const queue = store.openQueue(task.queue);
      const { Worker: Taker } = withBackend(createPostgresBackend) as unknown as { Worker: typeof Worker };
      const taker = new Taker(task.queue, undefined, { connection: connection, autorun: false });
      for (const at of moments) {
        await queue.add('schedule', { ...due(at), by: 'p' }, { jobId: jobOf(at) });
        await taker.getNextJob(lock);
      }
      await taker.close();
      await queue.close();
    },
    write: async (fields) => {
      await client.query('INSERT INTO daemonry_task VALUES ($1, $2, $3, $4, 1)', [
        task.queue,
        task.application,
        task.path,
        JSON.stringify(fields),
      ]);
    },
  });
}

/** Every store, with the set-up of its tests: called in a `describe`, it returns what a test asks for its subject. */
export const STORES = [
  ['Redis', onRedis],
  ['PostgreSQL', onPostgres],
] as const;
