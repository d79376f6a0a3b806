import { join } from 'node:path';

import type { ApplicationProcess } from 'daemonry/testing';

import { eventually } from './support/eventually';
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
