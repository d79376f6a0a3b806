import { once } from 'node:events';

import { messageOf, withDeadline } from 'daemonry';
import type { Cluster, Redis, RedisOptions } from 'ioredis';

import type { ClusterRedisSettings } from '../ClusterSettings';
import { ClusterConnectionError, type StoreAddress } from '../errors';
import { loadIoredis } from '../library';

const CONNECT_TIMEOUT_MS = 5_000;
const CLOSE_WITHIN_MS = 1_000;
const LONGEST_PAUSE_MS = 1_000;
/** The message of a command whose connection has ended, which was told before. */
const CLOSED = 'Connection is closed.';
/** In a Redis Cluster: the time without an answer after which a connection is dropped. Longer than a worker waits for a job. */
const SILENCE_MS = 15_000;

/**
 * The connection of a process to Redis, shared by its queues, and those that workers make of it. Once it was there, it is
 * made again and again when it is lost.
 */
export class RedisLink {
  readonly client: Redis | Cluster;
  readonly #address: StoreAddress;
  readonly #duplicates = new Set<Redis | Cluster>();
  /** The ones that were not there when they were counted last. */
  #missing: readonly (Redis | Cluster)[] = [];
  #wasReady = false;
  #lastError: Error | undefined;
  #nodeError: Error | undefined;

  /** @param onChange - called when the connection is lost, with the error if there is one, and when it is there again. */
  constructor(settings: ClusterRedisSettings, name: string, onChange: (error?: Error) => void) {
    this.#address = addressOf(settings);
    this.client = this.#make(settings, name);
    this.client.on('error', (error: Error) => {
      // The client of a Redis Cluster says no more than that all nodes have failed.
      this.#lastError = this.#nodeError ?? error;
    });
    this.client.on('node error', (error: Error) => {
      if (messageOf(error) !== CLOSED) this.#nodeError = error;
    });
    this.client.on('ready', () => onChange());
    this.client.on('close', () => {
      if (this.#wasReady) onChange(this.#lastError);
    });
    this.#rememberDuplicates();
  }

  /** A server that takes writes. */
  get server(): Redis {
    const { client } = this;
    if (!client.isCluster) return client as Redis;
    const [primary] = (client as Cluster).nodes('master');
    if (primary === undefined) throw new Error('the cluster has no primary');
    return primary;
  }

  get isReady(): boolean {
    return this.client.status === 'ready';
  }

  /** Connects once. @throws ClusterConnectionError */
  async connect(): Promise<void> {
    let ended = (): void => undefined;
    // A Redis Cluster whose nodes do not agree yet, or lack slots, ends the connection, and ioredis leaves the call pending.
    const end = new Promise<never>((_, reject) => {
      ended = () => reject(new Error('it is not ready: CLUSTER INFO says no cluster_state:ok'));
      this.client.once('end', ended);
    });
    try {
      await Promise.race([this.client.connect(), end]);
      // The client would go on with another database than the one that is not there.
      if (!this.client.isCluster) await this.server.select(this.server.options.db ?? 0);
      this.#wasReady = true;
    } catch (error) {
      // A client of a Redis Cluster that has ended would begin to end again, and never do so.
      if (this.client.status !== 'end') this.client.disconnect();
      throw new ClusterConnectionError('Redis', this.#address, this.#lastError ?? error);
    } finally {
      this.client.off('end', ended);
    }
  }

  /** The number of connections of workers that are not there, and were not at the last call. */
  countMissing(): number {
    const before = this.#missing;
    this.#missing = [...this.#duplicates].filter(({ status }) => status !== 'ready');
    return this.#missing.filter((one) => before.includes(one)).length;
  }

  /** Makes the connection anew: one over which no answers come. */
  reconnect(): void {
    // A client of a Redis Cluster that is told to while it looks for its nodes never connects again: it does so by itself.
    if (this.isReady && !this.client.isCluster) this.client.disconnect(true);
  }

  /** Ends all connections, at once. */
  async close(): Promise<void> {
    this.#wasReady = false;
    for (const duplicate of this.#duplicates) duplicate.disconnect();
    if (this.client.status === 'end') return;
    const ended = this.client.status === 'reconnecting' ? undefined : once(this.client, 'end');
    this.client.disconnect();
    // One that was asking a Sentinel ends without a word.
    if (ended !== undefined) await withDeadline(CLOSE_WITHIN_MS, () => ended).catch(() => undefined);
  }

  #make(settings: ClusterRedisSettings, name: string): Redis | Cluster {
    const { url, sentinels, nodes = [], username, password, sentinelPassword, tls } = settings;
    const { Redis: Client, Cluster: ClusterClient } = loadIoredis();
    const retry = (attempt: number): number | null =>
      this.#wasReady ? Math.min(attempt * 100, LONGEST_PAUSE_MS) : null;
    const common = {
      connectionName: name,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // The commands of BullMQ wait for the connection; the engine limits the time of its own.
      maxRetriesPerRequest: null,
    } satisfies RedisOptions;
    const single = { ...common, lazyConnect: true, retryStrategy: retry } satisfies RedisOptions;
    if (url !== undefined) return new Client(url, single);
    const access = {
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(tls ? { tls: {} } : {}),
    };
    if (sentinels === undefined)
      return new ClusterClient(nodes.map(hostAndPort), {
        lazyConnect: true,
        clusterRetryStrategy: retry,
        slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
        redisOptions: { ...common, ...access, socketTimeout: SILENCE_MS },
      });
    return new Client({
      ...single,
      ...access,
      sentinels: sentinels.map(hostAndPort),
      ...(settings.name === undefined ? {} : { name: settings.name }),
      ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
      enableTLSForSentinelMode: tls,
      ...(tls ? { sentinelTLS: {} } : {}),
      sentinelRetryStrategy: retry,
      // After a failover the former primary may live on as a replica.
      reconnectOnError: (error) => (messageOf(error).startsWith('READONLY') ? 2 : false),
    });
  }

  /** Workers wait for jobs on connections of their own: the client is told to make one, and they are never told of. */
  #rememberDuplicates(): void {
    const { client } = this;
    const duplicate = client.duplicate.bind(client) as (...given: readonly unknown[]) => Redis | Cluster;
    client.duplicate = ((...given: readonly unknown[]) => {
      const made = duplicate(...given);
      this.#duplicates.add(made);
      made.once('end', () => this.#duplicates.delete(made));
      return made;
    }) as never;
  }
}

/** The parts of `host:port`. */
function hostAndPort(server: string): { readonly host: string; readonly port: number } {
  const at = server.lastIndexOf(':');
  return { host: server.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(server.slice(at + 1)) };
}

function addressOf({ url, sentinels, nodes = [], username, tls }: ClusterRedisSettings): StoreAddress {
  if (url === undefined) {
    const setting = `cluster.redis.${sentinels === undefined ? 'nodes' : 'sentinels'}`;
    return { server: (sentinels ?? nodes).join(', '), user: username, usesTls: tls, setting };
  }
  const { hostname, port, username: user, protocol } = new URL(url);
  return {
    server: `${hostname}:${port === '' ? 6379 : port}`,
    user: user === '' ? undefined : decodeURIComponent(user),
    usesTls: protocol === 'rediss:',
    setting: 'cluster.redis.url',
  };
}
