import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  BackgroundDaemon,
  type BackgroundDaemonOptions,
  type OperateRequest,
  type RunContext,
  StateDatabase,
} from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { KIM } from '../support/givenOperated';
import { statusOf } from '../support/restarts';

const DAILY = { cron: '0 3 * * *', misfire: 'run-once' } as const;

/** A daemon whose startup fails, or whose body dies at a minute, while the test says so. */
function givenJob(
  options: Partial<BackgroundDaemonOptions> = DAILY,
  life: { failing?: boolean; diesAfter?: string | undefined } = {},
) {
  @BackgroundDaemon({ name: 'job', ...options } as { cron: string })
  class Job {
    constructor(readonly state: StateDatabase) {}
    startup(): void {
      if (life.failing === true) throw new Error('no');
    }
    async run({ sleep }: RunContext): Promise<void> {
      const { diesAfter } = life;
      life.diesAfter = undefined;
      await sleep((diesAfter ?? '1000d') as '1m');
      if (diesAfter !== undefined) throw new Error('gone');
    }
    tick(): void {}
  }
  return Job;
}

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'daemonry-ended-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const created = (now: string, Job = givenJob()): Promise<TestApplication> =>
  createTestApplication({ listeners: [Job], now, config: { values: { state: { directory } } } });

async function session(now: string, Job = givenJob()): Promise<TestApplication> {
  const app = await created(now, Job);
  await app.start();
  return app;
}

/** An evening in which an operator acts, and after which the process is down. */
async function givenEvening(...acts: Omit<OperateRequest, 'by' | 'kind' | 'reason'>[]): Promise<void> {
  const app = await session('2030-01-01T20:00:00Z');
  for (const act of acts) await app.operate({ ...act, ...KIM });
  await app.clock.advance('90m');
  await app.stop();
}

const runs = (app: TestApplication) =>
  app
    .runs('job')
    .map(({ scheduledAt, outcome, trigger, detail, missed }) =>
      [scheduledAt.slice(8, 16), detail ?? outcome, trigger, missed?.count].filter(Boolean).join(' '),
    );

const PAUSED = 'pause by kim: the disk is full';

describe('a due moment that comes while the process is down', () => {
  it.each([
    ['a pause', { action: 'pause', listener: 'job', until: '8h' }, 'pause'],
    ['a pause of the task', { action: 'pause', listener: 'job', task: 'tick', until: '8h' }, 'pause'],
    ['a pause of the application', { action: 'pause', until: '8h' }, 'pause'],
    ['a schedule that is off', { action: 'reschedule', listener: 'job', interval: 'off', until: '8h' }, 'reschedule'],
    ['being skipped', { action: 'skip-next', listener: 'job' }, 'skip-next'],
  ] as const)('is not made up for if it falls into %s, which is over by then', async (_what, act, told) => {
    await givenEvening(act);

    const app = await created('2030-01-02T05:00:00Z');
    const warnings = () => app.logs.map(({ message }) => message).filter((text) => text.includes('outranks'));
    await app.start();
    expect([app.intents(), app.plan.intents, warnings()]).toEqual([[], [], []]);
    expect(statusOf(app, 'job')?.tasks[0]).toMatchObject({ paused: false, nextRunAt: '2030-01-03T03:00:00.000Z' });
    await app.clock.advance('23h');

    expect(runs(app)).toEqual([`02T03:00 ${told} by kim: the disk is full catch-up`, '03T03:00 succeeded schedule']);
  });

  it('is made up for if it comes after the end of the pause, or is not the one that was skipped', async () => {
    await givenEvening({ action: 'pause', listener: 'job', until: '7h' }, { action: 'skip-next', listener: 'job' });

    const app = await session('2030-01-03T04:00:00Z');
    await app.clock.advance('1m');

    expect(runs(app)).toEqual([
      '02T03:00 skip-next by kim: the disk is full schedule 1',
      '03T03:00 succeeded catch-up',
    ]);
  });

  it('is made up for if it comes after the end of a schedule that an operator had given the task for a while', async () => {
    await givenEvening({ action: 'reschedule', listener: 'job', interval: '1h', until: '4h' });

    const app = await session('2030-01-02T04:00:00Z');
    await app.clock.advance('1m');

    expect(runs(app)).toEqual(['02T03:00 succeeded catch-up']);
    expect(statusOf(app, 'job')?.tasks[0]).toMatchObject({ nextRunAt: '2030-01-03T03:00:00.000Z' });
  });

  it('is none if its own schedule has nothing due since the end of the other one', async () => {
    await givenEvening({ action: 'reschedule', listener: 'job', interval: '1h', until: '4h' });

    const app = await session('2030-01-02T02:00:00Z');
    await app.clock.advance('61m');

    expect(runs(app)).toEqual(['02T03:00 succeeded schedule']);
  });

  it('is not made up for by the start after one that failed, nor by one after which nothing could be made up', async () => {
    await givenEvening({ action: 'pause', listener: 'job', until: '8h' });
    const failing = await created(
      '2030-01-02T05:00:00Z',
      givenJob({ ...DAILY, fatalOnStartupFailure: true }, { failing: true }),
    );
    await expect(failing.start()).rejects.toThrow();

    const app = await session('2030-01-02T05:01:00Z');
    await app.clock.advance('1m');
    expect(runs(app)).toEqual([`02T03:00 ${PAUSED} catch-up`]);
    const rows = () => app.container.get(StateDatabase).all('SELECT slot FROM operator_intents');
    expect(await rows()).toHaveLength(1);
    await app.stop();

    const later = await session('2030-01-12T00:00:00Z');
    expect(await later.container.get(StateDatabase).all('SELECT slot FROM operator_intents')).toEqual([]);
    await later.stop();
  });
});

describe('an act before the start', () => {
  it.each(['resume', 'reset'] as const)(
    'does not say that there was nothing to %s, which it cannot know',
    async (action) => {
      await givenEvening({ action: 'pause', listener: 'job' });
      const app = await created('2030-01-01T22:00:00Z');
      const act = async () => (await app.operate({ action, listener: 'job', ...KIM })).notes;

      expect(await act()).toEqual([expect.stringContaining('ask again once it has started')]);
      await app.start();
      expect(app.intents()).toMatchObject([{ action: 'pause' }]);
      expect(await act()).toEqual([]);
      expect(app.intents()).toEqual([]);
      await app.stop();
    },
  );
});

describe('a due moment that is decided when the pause it fell into is over', () => {
  const HOURLY = {
    cron: '0 * * * *',
    misfire: 'run-once',
    restart: { delay: '50m', maxDelay: '50m', jitter: 0 },
  } as const;

  it.each([['until'], ['resume']])('is not made up for by a listener that was down meanwhile (%s)', async (how) => {
    const app = await session('2030-01-01T00:00:00Z', givenJob(HOURLY, { diesAfter: '30m' }));
    await app.pause('job', { ...KIM, ...(how === 'until' ? { until: '70m' } : {}) });
    await app.clock.advance('71m');
    if (how === 'resume') await app.resume('job', KIM);
    await app.clock.advance('50m');

    expect(runs(app)).toEqual([`01T01:00 ${PAUSED} catch-up`, '01T02:00 succeeded schedule']);
    await app.stop();
  });

  it('is skipped, as was explained, when its jitter ends after the pause', async () => {
    const app = await session('2030-01-01T00:00:00Z', givenJob({ cron: '0 * * * *', jitter: '30m' }));
    await app.pause('job', { ...KIM, until: new Date('2030-01-01T01:00:00.001Z') });
    const explained = async () => (await app.explain('job', '2030-01-01T01:00:00Z'))[0];
    expect(await explained()).toMatchObject({ verdict: 'will-be-skipped' });
    await app.clock.advance('60m');
    await app.clock.advance(1);
    expect(statusOf(app, 'job')?.tasks[0]).toMatchObject({ paused: false, nextRunAt: '2030-01-01T02:00:00.000Z' });
    await app.clock.advance('30m');
    expect((await explained())?.text).toBe(`job.tick (cron 0 * * * * (UTC)) was skipped: paused (${PAUSED}).`);

    expect(runs(app)).toEqual([`01T01:00 ${PAUSED} schedule`]);
    await app.stop();
  });
});
