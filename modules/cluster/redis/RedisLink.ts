import { once } from 'node:events';

import type { Redis } from 'ioredis';

import { ClusterConnectionError, type StoreAddress } from '../errors';
import { loadIoredis } from '../library';

const CONNECT_TIMEOUT_MS = 5_000;
const LONGEST_PAUSE_MS = 1_000;

/**
 * The connection of a process to Redis, shared by its queues, and those that workers make of it. Once it was there, it is
 * made again and again when it is lost.
 */
export class RedisLink {
  readonly client: Redis;
  readonly #address: StoreAddress;
  readonly #duplicates = new Set<Redis>();
  #wasReady = false;
  #lastError: Error | undefined;

  /** @param onChange - called when the connection is lost, with the error if there is one, and when it is there again. */
  constructor(url: string, name: string, onChange: (error?: Error) => void) {
    const { hostname, port, username, protocol } = new URL(url);
    this.#address = {
      server: `${hostname}:${port === '' ? 6379 : port}`,
      user: username === '' ? undefined : decodeURIComponent(username),
      usesTls: protocol === 'rediss:',
      setting: 'cluster.redis.url',
    };
    const { Redis: Client } = loadIoredis();
    this.client = new Client(url, {
      lazyConnect: true,
      connectionName: name,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // The commands of BullMQ wait for the connection; the engine limits the time of its own.
      maxRetriesPerRequest: null,
      retryStrategy: (attempt) => (this.#wasReady ? Math.min(attempt * 100, LONGEST_PAUSE_MS) : null),
    });
    this.client.on('error', (error: Error) => {
      this.#lastError = error;
    });
    this.client.on('ready', () => onChange());
    this.client.on('close', () => {
      if (this.#wasReady) onChange(this.#lastError);
    });
    this.#rememberDuplicates();
  }

  get isReady(): boolean {
    return this.client.status === 'ready';
  }

  /** Connects once. @throws ClusterConnectionError */
  async connect(): Promise<void> {
    try {
      await this.client.connect();
      this.#wasReady = true;
    } catch (error) {
      this.client.disconnect();
      throw new ClusterConnectionError('Redis', this.#address, this.#lastError ?? error);
    }
  }

  /** Makes the connection anew: one over which no answers come. */
  reconnect(): void {
    if (this.isReady) this.client.disconnect(true);
  }

  /** Ends all connections, at once. */
  async close(): Promise<void> {
    this.#wasReady = false;
    for (const duplicate of this.#duplicates) duplicate.disconnect();
    if (this.client.status === 'end') return;
    const ended = this.client.status === 'reconnecting' ? undefined : once(this.client, 'end');
    this.client.disconnect();
    await ended;
  }

  /** Workers wait for jobs on connections of their own: the client is told to make one, and they are never told of. */
  #rememberDuplicates(): void {
    const { client } = this;
    const duplicate = client.duplicate.bind(client);
    client.duplicate = (override) => {
      const made = duplicate(override);
      this.#duplicates.add(made);
      made.once('end', () => this.#duplicates.delete(made));
      return made;
    };
  }
}
