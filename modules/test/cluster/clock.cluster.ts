import { join } from 'node:path';

import type { LogEntry } from 'daemonry';
import type { ApplicationProcess } from 'daemonry/testing';

import { SwallowingProxy } from '../support/SwallowingProxy';
import { eventually } from './support/eventually';
import { givenEngine, stopEngines } from './support/givenEngines';
import { givenRedis } from './support/givenRedis';
import { startExample } from './support/startExample';

const redis = givenRedis();
const CLOCK = join(__dirname, '../entries/laterClock.cjs');
const DIFFER = 'The clock of this machine and that of the store differ: tasks of cluster scope follow the store.';

let running: ApplicationProcess | undefined;
afterEach(async () => {
  running?.signal('SIGKILL');
  await running?.exit;
});

describe('a Redis that answers late', () => {
  afterEach(stopEngines);

  it('is not taken for one whose clock differs', async () => {
    const proxy = await SwallowingProxy.to(redis.server.port);
    const log: LogEntry[] = [];
    const url = `redis://127.0.0.1:${proxy.port}`;
    const { engine } = await givenEngine({ redis: { url }, lease: '5s' }, 'shop', [], log);
    const offsets: number[] = [];
    engine.watch(() => offsets.push(engine.clockOffsetMs));

    proxy.swallow();
    await eventually('the loss', () => !engine.isConnected);
    proxy.mend();
    await eventually('the return', () => engine.isConnected);
    await proxy.close();

    expect(log.map(({ message }) => message)).not.toContain(DIFFER);
    expect(offsets.filter((ms) => Math.abs(ms) > 500)).toEqual([]);
  });
});

describe('a process whose clock differs from that of Redis', () => {
  it.each([
    [3_000, [{ level: 'warn', offsetMs: expect.closeTo(-3_000, -3) as unknown }]],
    [-3_000, [{ level: 'warn', offsetMs: expect.closeTo(3_000, -3) as unknown }]],
    [500, []],
  ])('by %d ms says so once, if that is more than a second', async (ahead, expected) => {
    const application = startExample(
      'migration/cluster/after',
      {
        CLOCK_AHEAD: String(ahead),
        DAEMONRY__CLUSTER__REDIS__URL: redis.server.url,
        DAEMONRY__LISTENERS__INVOICE_RUN__TASKS__NIGHTLY__CRON: '* * * * * *',
      },
      ['-r', CLOCK],
    );
    running = application;
    await application.untilReady();
    await eventually(
      'some runs',
      async () => Number(await redis.client.zcard(`daemonry:shop~invoice_run.nightly:completed`)) > 2,
    );
    const { logs } = await application.stop();

    expect(logs.filter(({ message }) => message === DIFFER)).toMatchObject(expected);
    expect(logs.filter(({ message }) => message === DIFFER)).toHaveLength(expected.length);
  });
});
