import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  type Application,
  BackgroundDaemon,
  createApplication,
  type LogEntry,
  PlanError,
  type RunContext,
} from 'daemonry';
import { Cluster, clusterModule } from '@daemonry/modules/cluster';

import { givenCertificate } from '../support/givenCertificate';
import { RedisServer, freePort } from '../support/RedisServer';
import { eventually } from './support/eventually';

const ROOT = join(__dirname, '../../..');

/** Uses all that a cluster has: runs beside each other and again, and a body. */
@BackgroundDaemon({ interval: '1s', scope: 'cluster', overlap: 'allow', delivery: 'at-least-once' })
class Busy {
  #fails = true;
  tick(): void {
    if (this.#fails) {
      this.#fails = false;
      throw new Error('not yet');
    }
  }
  async run({ sleep }: RunContext): Promise<void> {
    await sleep('1h');
  }
}

const PASSWORD = 'correct-horse-battery';
const servers: RedisServer[] = [];
const applications: Application[] = [];

afterEach(async () => {
  await Promise.all(applications.splice(0).map((application) => application.stop('the test is over')));
  await Promise.all(servers.splice(0).map((server) => server.remove()));
});

async function givenRedis(...args: readonly string[]): Promise<RedisServer> {
  const server = await RedisServer.start(args);
  servers.push(server);
  return server;
}

/** Starts an application with those settings; returns its log, and the state of `cluster`. */
async function booted(
  cluster: Readonly<Record<string, unknown>>,
  fatal = false,
  listeners: readonly (new () => object)[] = [],
) {
  const log: LogEntry[] = [];
  const application = await createApplication({
    name: 'shop',
    listeners,
    modules: [clusterModule()],
    logger: { log: (entry) => void log.push(entry) },
    config: {
      directory: false,
      env: false,
      values: { cluster, listeners: { cluster: { fatalOnStartupFailure: fatal, restart: 'never' } } },
    },
  });
  applications.push(application);
  const error: unknown = await application.start().then(
    () => undefined,
    (failure: unknown) => failure,
  );
  const listener = application.status().listeners[0];
  return {
    application,
    log,
    error,
    listener,
    said: JSON.stringify([log, application.status(), application.plan, String(error)]),
  };
}

const withPassword = (server: RedisServer, password: string): string =>
  `redis://default:${password}@127.0.0.1:${server.port}`;

describe('the startup of the cluster engine', () => {
  it('connects with TLS, and as a user of an access control list', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daemonry-tls-'));
    const { certFile, keyFile } = givenCertificate(folder);
    const tlsPort = await freePort();
    const tls = ['--tls-port', String(tlsPort), '--tls-cert-file', certFile, '--tls-key-file', keyFile];
    const server = await givenRedis(...tls, '--tls-ca-cert-file', certFile, '--tls-auth-clients', 'no');
    execFileSync('redis-cli', [
      '-p',
      String(server.port),
      'acl',
      'setuser',
      'shop',
      'on',
      `>${PASSWORD}`,
      '~*',
      '&*',
      '+@all',
    ]);

    const plain = await booted({ redis: { url: `redis://shop:${PASSWORD}@127.0.0.1:${server.port}` } });
    const untrusted = await booted({ redis: { url: `rediss://127.0.0.1:${tlsPort}` } });
    const toPlain = await booted({ redis: { url: `rediss://127.0.0.1:${server.port}` } });
    const toTls = await booted({ redis: { url: `redis://127.0.0.1:${tlsPort}` } });

    expect(plain.listener?.state).toBe('running');
    expect(untrusted.listener?.error).toMatchObject({ code: 'CLUSTER_CONNECTION_FAILED' });
    expect(untrusted.said).toContain('NODE_EXTRA_CA_CERTS');
    expect(toPlain.said).toContain('whether it wants no TLS');
    expect(toTls.said).toContain('whether it wants TLS');
  });

  it('is allowed by the documented user, who may do nothing else', async () => {
    const server = await givenRedis();
    const [, args = ''] = /ACL (SETUSER orders .*)/.exec(readFileSync(join(ROOT, 'docs/cluster.md'), 'utf8')) ?? [];
    const cli = (...words: readonly string[]): string =>
      execFileSync('redis-cli', ['-p', String(server.port), ...words], { encoding: 'utf8' });
    cli('acl', ...args.replace('password', PASSWORD).split(' '));
    const { application, listener, log } = await booted(
      { redis: { url: `redis://orders:${PASSWORD}@127.0.0.1:${server.port}` }, prefix: 'orders' },
      false,
      [Busy],
    );
    await eventually('a run', () => application.runs('busy').some(({ outcome }) => outcome === 'succeeded'));
    await eventually('its body', () => application.status().listeners[1]?.cluster?.holder !== undefined);
    const run = await application.trigger('busy');
    await application.pause('busy', { reason: 'a look', by: 'ada' });
    await application.resume('busy');
    await application.stop('the test is over');

    expect(listener?.state).toBe('running');
    expect(run.outcome).toBe('succeeded');
    expect(log.filter(({ level, listener: of }) => level !== 'info' && of === 'cluster')).toEqual([]);
    expect(cli('acl', 'log').trim()).toBe('');
    const user = ['--user', 'orders', '--pass', PASSWORD, '--no-auth-warning'];
    for (const refused of [
      'FLUSHALL',
      'KEYS *',
      'CONFIG GET *',
      'GET other',
      'ACL LIST',
      'SCRIPT FLUSH',
      'PUBLISH a b',
    ])
      expect(cli(...user, ...refused.split(' '))).toMatch(/NOPERM|permissions/);
  });

  it.each([
    ['a password that is wrong', (server: RedisServer) => withPassword(server, 'wrong-password-here'), /WRONGPASS/],
    ['no password where one is wanted', (server: RedisServer) => server.url, /NOAUTH/],
  ])('fails with the cause for %s, and never tells the URL', async (_, urlOf, cause) => {
    const server = await givenRedis('--requirepass', PASSWORD);
    const url = urlOf(server);

    const { listener, said, error } = await booted({ redis: { url } }, true);

    expect(error).toMatchObject({ name: 'BootError' });
    expect(listener?.error).toMatchObject({
      code: 'CLUSTER_CONNECTION_FAILED',
      message: expect.stringMatching(cause) as string,
    });
    expect(listener?.error?.message).toContain(`server: 127.0.0.1:${server.port}`);
    expect(listener?.error?.message).toContain('correct user and password in cluster.redis.url');
    expect(said).not.toContain('wrong-password-here');
    expect(said).not.toContain(url);
  });

  it('fails at once where nobody listens, and is tried again until Redis is there', async () => {
    const server = await RedisServer.prepare();
    servers.push(server);
    const application = await createApplication({
      name: 'shop',
      modules: [clusterModule()],
      logger: { log: () => undefined },
      config: {
        directory: false,
        env: false,
        values: { cluster: { redis: { url: server.url } }, listeners: { cluster: { restart: { delay: '100ms' } } } },
      },
    });
    applications.push(application);

    await application.start();
    const first = application.status();
    await server.up();
    await eventually('the connection', () => application.container.get(Cluster).isConnected);

    expect(first.state).toBe('degraded');
    expect(first.listeners[0]).toMatchObject({ state: 'backing_off', error: { code: 'CLUSTER_CONNECTION_FAILED' } });
    await eventually('the recovery', () => application.status().state === 'running');
  });

  it('gives up a server that takes the connection and never answers', async () => {
    const sockets = new Set<{ destroy(): void }>();
    const silent: Server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };

    const { listener } = await booted({ redis: { url: `redis://127.0.0.1:${port}` } });
    for (const socket of sockets) socket.destroy();
    silent.close();

    expect(listener?.state).toBe('startup_failed');
    expect(listener?.error?.message).toContain('10s');
  });

  it('warns of a Redis that may forget: one that evicts, and one without an append-only file', async () => {
    const server = await givenRedis('--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no');

    const { log, listener } = await booted({ redis: { url: server.url } });

    expect(listener?.state).toBe('running');
    const warnings = log.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(warnings.some((message) => message.includes('noeviction'))).toBe(true);
    expect(warnings.some((message) => message.includes('appendonly'))).toBe(true);
  });

  it('refuses a replica', async () => {
    const primary = await givenRedis();
    const replica = await givenRedis('--replicaof', `127.0.0.1 ${primary.port}`);

    const { listener } = await booted({ redis: { url: replica.url } });

    expect(listener?.error).toMatchObject({ code: 'CLUSTER_STORE_UNSUITABLE' });
    expect(listener?.error?.message).toContain('is a replica');
  });

  it('is disabled, with a reason, without a URL and without tasks of cluster scope', async () => {
    const { listener, application } = await booted({});

    expect(listener).toMatchObject({ state: 'disabled' });
    expect(listener?.disabledReason).toContain('cluster.redis.url');
    expect(application.status().state).toBe('running');
  });

  it.each([
    ['redis.url', { redis: { url: 'localhost:6379/secret-part' } }],
    ['redis.url', { redis: { url: 'https://user:secret-part@localhost' } }],
    ['postgres.url', { postgres: { url: 'mysql://user:secret-part@localhost' } }],
    ['prefix', { prefix: 'a b' }],
    ['prefix', { prefix: 'my-shop', postgres: { url: 'postgres://user:secret-part@localhost' } }],
    ['prefix', { prefix: '{shop}', postgres: { url: 'postgres://user:secret-part@localhost' } }],
    ['redis.nodes', { redis: { nodes: ['redis://shop:secret-part@localhost:6379'] } }],
    ['redis.nodes', { redis: { nodes: [] } }],
    ['redis.sentinels', { redis: { sentinels: ['secret-part'], name: 'orders' } }],
    ['redis.name', { redis: { sentinels: ['localhost:26379'], password: 'secret-part' } }],
    ['lease', { lease: '1s' }],
  ])('is a problem of the plan for a wrong %s, which is not told', async (setting, cluster) => {
    const error = await createApplication({
      name: 'shop',
      modules: [clusterModule()],
      config: { directory: false, env: false, values: { cluster } },
    }).catch((failure: unknown) => failure);

    expect(error).toBeInstanceOf(PlanError);
    expect(String(error)).toContain(`cluster.${setting}`);
    expect(String(error)).not.toContain('secret-part');
  });

  it('refuses two stores', async () => {
    const server = await givenRedis();
    const { listener } = await booted({ redis: { url: server.url }, postgres: { url: 'postgres://127.0.0.1/shop' } });

    expect(listener?.error).toMatchObject({ code: 'CLUSTER_STORE_UNSUITABLE' });
  });
});
