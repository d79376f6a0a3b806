import type { Application } from 'daemonry';
import { describeClusterEngine, type EngineSubject } from 'daemonry/testing';
import { Cluster } from '@daemonry/modules/cluster';

import { RedisServer } from '../support/RedisServer';
import { SwallowingProxy } from '../support/SwallowingProxy';
import { migrate } from '../../cluster/postgres/migrate';
import { givenEngine } from './support/givenEngines';
import { PostgresServer } from './support/PostgresServer';

const LOOK_MS = 5;

/** Processes that reach a store through a proxy each. One that is killed is cut off, and never comes back. */
function subjectOf(port: number, urlOf: (port: number) => Readonly<Record<string, unknown>>): EngineSubject {
  const proxies: SwallowingProxy[] = [];
  const applications: Application[] = [];
  return {
    process: async () => {
      const proxy = await SwallowingProxy.to(port);
      proxies.push(proxy);
      const { application, engine } = await givenEngine({ ...urlOf(proxy.port), lease: '2s' });
      applications.push(application);
      expect(engine).toBeInstanceOf(Cluster);
      const partition = (): void => proxy.swallow();
      return { engine, kill: partition, partition, heal: () => proxy.mend() };
    },
    now: () => Date.now(),
    until: async (isDone, ms) => {
      for (const end = Date.now() + ms; Date.now() < end && !isDone();)
        await new Promise((wake) => setTimeout(wake, LOOK_MS));
    },
    close: async () => {
      for (const proxy of proxies) proxy.mend();
      await Promise.all(applications.map((application) => application.stop('the test is over')));
      await Promise.all(proxies.map((proxy) => proxy.close()));
    },
  };
}

describe('with Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.remove());

  describeClusterEngine('on BullMQ and Redis', () =>
    subjectOf(server.port, (port) => ({ redis: { url: `redis://127.0.0.1:${port}` } })),
  );
});

describe('with PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
    await migrate(server.url, 'daemonry');
  });
  afterAll(() => server.remove());

  describeClusterEngine('on BullMQ and PostgreSQL', () =>
    subjectOf(server.port, (port) => ({ postgres: { url: server.urlAt(port) } })),
  );
});
