import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ClusterLease, LogEntry } from 'daemonry';
import { Redis } from 'ioredis';

import { freePort, RedisServer } from '../support/RedisServer';
import { eventually } from './support/eventually';
import { FakeWorker, givenMoment, givenTask } from './support/FakeWorker';
import { givenEngine, stopEngines } from './support/givenEngines';

const PASSWORD = 'correct-horse-battery';
const servers: RedisServer[] = [];
const sentinels: ChildProcess[] = [];
const folders: string[] = [];

afterEach(async () => {
  await stopEngines();
  for (const sentinel of sentinels.splice(0)) sentinel.kill('SIGKILL');
  await Promise.all(servers.splice(0).map((server) => server.remove()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function givenServer(...args: readonly string[]): Promise<RedisServer> {
  const server = await RedisServer.start(args);
  servers.push(server);
  return server;
}

/** A Sentinel that watches a primary under the name `orders`, and promotes its replica after one second. */
async function givenSentinel({ port: primary }: RedisServer): Promise<number> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-sentinel-'));
  folders.push(folder);
  const file = join(folder, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor orders 127.0.0.1 ${primary} 1`,
    `sentinel auth-pass orders ${PASSWORD}`,
    'sentinel down-after-milliseconds orders 1000',
    'sentinel failover-timeout orders 3000',
  ];
  writeFileSync(file, lines.join('\n'));
  sentinels.push(spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' }));
  const client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await eventually('the replica', async () => {
    const known = (await client.call('SENTINEL', 'replicas', 'orders').catch(() => [])) as unknown[];
    return JSON.stringify(known).includes('"master-link-status","ok"');
  });
  client.disconnect();
  return port;
}

/** The answer of a node to a command. */
const asked = (node: string, ...command: readonly string[]): string =>
  execFileSync('redis-cli', ['-p', node.split(':')[1] ?? '', '--no-auth-warning', '-a', PASSWORD, ...command])
    .toString()
    .trim();

/** Three servers that know of no cluster yet; returns `host:port` of each. */
async function givenLooseNodes(): Promise<readonly string[]> {
  const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--requirepass', PASSWORD];
  const nodes: string[] = [];
  for (let count = 0; count < 3; count++) nodes.push(`127.0.0.1:${(await givenServer(...options)).port}`);
  return nodes;
}

/** Three primaries that make one Redis Cluster; returns `host:port` of each. */
async function givenNodes(): Promise<readonly string[]> {
  const nodes = await givenLooseNodes();
  const create = ['--cluster', 'create', ...nodes, '--cluster-yes', '--no-auth-warning', '-a', PASSWORD];
  execFileSync('redis-cli', create, { stdio: 'ignore' });
  // The nodes learn of each other one after the other.
  await eventually('the agreement', () =>
    nodes.every((node) => asked(node, 'cluster', 'info').includes('cluster_state:ok')),
  );
  return nodes;
}

/** Offers a due moment until it is taken. */
async function ranOnce(
  handle: ReturnType<Awaited<ReturnType<typeof givenEngine>>['engine']['join']>,
  worker: FakeWorker,
) {
  const before = worker.claims.length;
  await eventually('a run', async () => {
    if (worker.claims.length > before) return true;
    await handle.offer(givenMoment()).catch(() => undefined);
    return false;
  });
}

describe('a cluster whose Redis is watched by Sentinel', () => {
  it('finds the primary by its name, and goes on with the replica that takes its place', async () => {
    const access = ['--requirepass', PASSWORD, '--masterauth', PASSWORD];
    const primary = await givenServer(...access);
    const replica = await givenServer('--replicaof', `127.0.0.1 ${primary.port}`, ...access);
    const sentinel = await givenSentinel(primary);
    const redis = { sentinels: [`127.0.0.1:${sentinel}`], name: 'orders', password: PASSWORD };
    const task = givenTask({ overlap: 'allow' });
    const worker = new FakeWorker(task);
    const { engine } = await givenEngine({ redis, lease: '2s' });
    const handle = engine.join(task, worker);
    await ranOnce(handle, worker);
    await primary.down();
    const client = new Redis(replica.port, '127.0.0.1', { password: PASSWORD });
    const isPromoted = async (): Promise<boolean> => ((await client.call('ROLE')) as unknown[])[0] === 'master';
    // Sentinel tries again after some seconds if its first attempt fails, as it may on a busy machine.
    await eventually('the promotion', isPromoted).catch(() => eventually('the second attempt', isPromoted));
    client.disconnect();
    await ranOnce(handle, worker);

    expect(engine.isConnected).toBe(true);
    const tokens = worker.claims.map(({ fencingToken }) => fencingToken);
    expect(tokens).toEqual(tokens.toSorted((one, other) => Number(one - other)));
  }, 90_000);

  it('fails with the Sentinels that did not answer', async () => {
    const port = await freePort();
    const redis = { sentinels: [`127.0.0.1:${port}`], name: 'orders', password: PASSWORD };
    const { application } = await givenEngine({ redis });
    const [listener] = application.status().listeners;

    expect(listener?.error).toMatchObject({ code: 'CLUSTER_CONNECTION_FAILED' });
    expect(listener?.error?.message).toContain(`server: 127.0.0.1:${port}`);
    expect(listener?.error?.message).toContain('cluster.redis.sentinels');
  });
});

describe('a cluster on a Redis Cluster', () => {
  it('shares tasks and bodies, triggers and pauses, with all of its keys in one slot', async () => {
    const nodes = await givenNodes();
    const settings = { redis: { nodes: nodes.slice(0, 1), password: PASSWORD }, lease: '2s' };
    const task = givenTask({ overlap: 'allow' });
    const workers = [new FakeWorker(task), new FakeWorker(task)] as const;
    const leases: ClusterLease[] = [];
    const log: LogEntry[] = [];
    const [one, two] = await Promise.all([givenEngine(settings, 'shop', [], log), givenEngine(settings)]);
    const handles = [one.engine.join(task, workers[0]), two.engine.join(task, workers[1])] as const;
    const holder = { acquired: async (lease: ClusterLease) => void leases.push(lease) };
    const hold = one.engine.hold({ application: 'shop', listener: 'feed' }, holder);
    await eventually('a run', async () => {
      await handles[0].offer(givenMoment()).catch(() => undefined);
      return workers.some(({ claims }) => claims.length > 0);
    });
    const now = Date.now();
    const manual = { trigger: 'manual', scheduledAt: now, firesAt: now, manualId: 'by-hand' } as const;
    const record = await handles[1].trigger(manual, 10_000);
    await eventually('the body', () => leases.length > 0);
    const since = new Date().toISOString();
    await handles[0].change({ pause: { by: 'ada', kind: 'human', reason: 'stock', since } }, 'human');
    await eventually('the pause', () => handles[1].intents.pause?.by === 'ada');
    await hold.leave();

    expect(record.outcome).toBe('succeeded');
    expect(nodes.filter((node) => asked(node, 'dbsize') !== '0')).toHaveLength(1);
    expect(log.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
    expect(JSON.stringify([log, one.application.status(), one.application.plan])).not.toContain(PASSWORD);
  }, 60_000);

  it('is allowed by the documented user', async () => {
    const guide = readFileSync(join(__dirname, '../../../docs/cluster.md'), 'utf8');
    const [, args = ''] = /ACL (SETUSER orders .*)/.exec(guide) ?? [];
    const [, added = ''] = /the user of each node needs `([^`]+)`/.exec(guide) ?? [];
    const nodes = await givenNodes();
    const rules = args.replace('password', PASSWORD).replace('~orders:*', '').split(/ +/);
    for (const node of nodes) asked(node, 'acl', ...rules, ...added.split(' '));
    const log: LogEntry[] = [];
    const redis = { nodes, username: 'orders', password: PASSWORD };
    const { engine } = await givenEngine({ redis, prefix: 'orders', lease: '2s' }, 'shop', [], log);
    const task = givenTask({ overlap: 'allow' });
    const worker = new FakeWorker(task);
    const handle = engine.join(task, worker);
    await ranOnce(handle, worker);
    const held = new Promise<void>((resolve) => {
      const acquired = async (): Promise<void> => resolve();
      engine.hold({ application: 'shop', listener: 'feed' }, { acquired });
    });
    const now = Date.now();
    const manual = { trigger: 'manual', scheduledAt: now, firesAt: now, manualId: 'by-hand' } as const;
    const record = await handle.trigger(manual, 10_000);
    await held;
    await handle.change(
      { pause: { by: 'ada', kind: 'human', reason: 'stock', since: new Date().toISOString() } },
      'human',
    );
    await stopEngines();

    expect(record.outcome).toBe('succeeded');
    expect(log.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
    expect(nodes.map((node) => asked(node, 'acl', 'log'))).toEqual(['', '', '']);
    for (const node of nodes) {
      const user = ['--user', 'orders', '--pass', PASSWORD];
      expect(asked(node, ...user, 'GET', '{orders}x')).toMatch(/NOPERM|permissions/);
    }
  }, 60_000);

  it('goes on after the node of its keys was away', async () => {
    const nodes = await givenNodes();
    const task = givenTask({ overlap: 'allow' });
    const worker = new FakeWorker(task);
    const { engine } = await givenEngine({ redis: { nodes, password: PASSWORD }, lease: '2s' });
    const handle = engine.join(task, worker);
    await ranOnce(handle, worker);
    const own = servers[nodes.findIndex((node) => asked(node, 'dbsize') !== '0')];

    await own?.down();
    await eventually('the loss', () => !engine.isConnected);
    await own?.up();
    await ranOnce(handle, worker);
    await eventually('the return', () => engine.isConnected);
  }, 60_000);

  it('is told at once that the nodes are no cluster yet', async () => {
    const nodes = await givenLooseNodes();
    const { application } = await givenEngine({ redis: { nodes, password: PASSWORD } });
    const [listener] = application.status().listeners;

    expect(listener?.error).toMatchObject({ code: 'CLUSTER_CONNECTION_FAILED' });
    expect(listener?.error?.message).toContain('cluster_state');
  });

  it.each([
    ['both a URL and nodes', { url: 'redis://127.0.0.1:1', nodes: ['127.0.0.1:1'] }, 'CLUSTER_STORE_UNSUITABLE'],
    ['a password that is wrong', { password: 'wrong-password-here' }, 'CLUSTER_CONNECTION_FAILED'],
  ])(
    'refuses %s, and never tells a password',
    async (_, changed, code) => {
      const nodes = code === 'CLUSTER_CONNECTION_FAILED' ? await givenNodes() : [];
      const log: LogEntry[] = [];
      const redis = nodes.length > 0 ? { nodes, ...changed } : changed;
      const { application } = await givenEngine({ redis }, 'shop', [], log);
      const status = application.status();

      expect(status.listeners[0]?.error).toMatchObject({ code });
      expect(JSON.stringify([log, status, application.plan])).not.toContain('wrong-password-here');
    },
    60_000,
  );
});
