import { Redis } from 'ioredis';

import { RedisServer } from '../../support/RedisServer';
import { type GivenSettings, stopEngines } from './givenEngines';

/** A Redis for the tests of a file, emptied after each; its engines are stopped before. */
export interface GivenRedis {
  readonly server: RedisServer;
  readonly client: Redis;
  /** Settings of an engine in it, with a lease of two seconds. */
  settings(): GivenSettings;
}

export function givenRedis(): GivenRedis {
  let started: { readonly server: RedisServer; readonly client: Redis } | undefined;
  const given = () => {
    if (started === undefined) throw new Error('Redis is there in tests only');
    return started;
  };
  beforeAll(async () => {
    const server = await RedisServer.start();
    started = { server, client: new Redis(server.url) };
  });
  afterAll(async () => {
    const { server, client } = given();
    client.disconnect();
    await server.remove();
  });
  afterEach(async () => {
    await stopEngines();
    await given().client.flushall();
  });
  return {
    get server() {
      return given().server;
    },
    get client() {
      return given().client;
    },
    settings: () => ({ redis: { url: given().server.url }, lease: '2s' }),
  };
}
