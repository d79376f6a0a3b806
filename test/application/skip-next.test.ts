import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon, type BackgroundDaemonOptions, type RunContext } from '../../src';
import type { TestApplication } from '../../src/testing';
import { KIM } from '../support/givenOperated';
import { givenPatient, started, statusOf } from '../support/restarts';

function givenSync(options: Partial<BackgroundDaemonOptions> = {}) {
  @BackgroundDaemon({ name: 'sync', interval: '1m', ...options } as { interval: '1m' })
  class Sync {
    tick(): void {}
  }
  return Sync;
}

const NOW = '2030-01-01T00:00:00Z';
const given = (options?: Partial<BackgroundDaemonOptions>) => started([givenSync(options)], { now: NOW });

const skipNext = (app: TestApplication) => app.operate({ action: 'skip-next', listener: 'sync', ...KIM });

/** The due moments by minute and second, and what became of them. */
const runs = (app: TestApplication) =>
  app.runs('sync').map(({ scheduledAt, outcome, detail }) => [scheduledAt.slice(14, 19), detail ?? outcome].join(' '));

const SKIPPED = 'skip-next by kim: the disk is full';

describe('skip-next', () => {
  it('skips the moment it has answered, which a pause does not use up', async () => {
    const app = await given();
    await app.pause('sync', { by: 'sam', reason: 'moving', until: '2030-01-01T00:02:30Z' });

    const { nextDue } = await skipNext(app);
    expect(nextDue).toEqual(['2030-01-01T00:03:00.000Z']);
    const explained = async () => (await app.explain('sync', '2030-01-01T00:03:00Z'))[0];
    expect(await explained()).toMatchObject({
      verdict: 'will-be-skipped',
      text: `sync.tick (every 1m) is due then, and will be skipped, as things are: paused (${SKIPPED}).`,
    });
    await app.clock.advance('4m');

    expect(runs(app)).toEqual([
      '01:00 pause by sam: moving',
      '02:00 pause by sam: moving',
      `03:00 ${SKIPPED}`,
      '04:00 succeeded',
    ]);
    expect((await explained())?.text).toBe(`sync.tick (every 1m) was skipped: paused (${SKIPPED}).`);
    expect(app.intents()).toEqual([]);
  });

  it('shows the moment after it as the next run, and skips no second one when it is given again', async () => {
    const app = await given();
    const next = () => statusOf(app, 'sync')?.tasks[0]?.nextRunAt?.slice(14, 19);
    expect((await skipNext(app)).nextDue).toEqual(['2030-01-01T00:01:00.000Z']);

    expect(next()).toBe('02:00');
    expect((await skipNext(app)).nextDue).toEqual(['2030-01-01T00:01:00.000Z']);
    const { nextDue } = await app.operate({ action: 'reschedule', listener: 'sync', interval: '40s', ...KIM });
    expect(nextDue?.map((at) => at.slice(14, 19))).toEqual(['00:40', '02:00', '02:40']);
    expect(next()).toBe('00:40');
    await app.clock.advance('40s');
    expect(next()).toBe('02:00');
    expect((await skipNext(app)).nextDue).toEqual(['2030-01-01T00:01:20.000Z']);
    await app.clock.advance('80s');
    expect(runs(app)).toEqual(['00:40 succeeded', `01:20 ${SKIPPED}`, '02:00 succeeded']);
    expect(next()).toBe('02:40');
  });

  it('is not used up by a moment that is skipped for a need, and is refused while a pause has no end', async () => {
    const db = givenPatient('db', { restart: { delay: '90s', maxDelay: '90s', jitter: 0 } });
    const app = await started([db.listener, givenSync({ dependsOn: ['db'] })], { now: NOW });
    await app.pause('sync', { by: 'sam', reason: 'moving' });
    await expect(skipNext(app)).rejects.toThrow('has no due moment that could be skipped');
    await app.pause('sync', { by: 'sam', reason: 'moving', until: '2030-01-01T00:02:30Z' });
    await skipNext(app);
    await app.resume('sync');
    db.patient.die(new Error('down'));
    await app.clock.advance('4m');

    expect(runs(app)).toEqual([
      '01:00 it needs "db", which does not run',
      '02:00 succeeded',
      `03:00 ${SKIPPED}`,
      '04:00 succeeded',
    ]);
  });

  it('leaves the moments of a schedule alone that come before it', async () => {
    const app = await given();
    await skipNext(app);
    await app.operate({ action: 'reschedule', listener: 'sync', interval: '25s', ...KIM });
    await app.clock.advance('100s');

    expect(runs(app)).toEqual(['00:25 succeeded', '00:50 succeeded', `01:15 ${SKIPPED}`, '01:40 succeeded']);
  });

  it('is over when the task was rescheduled after its moment, or has none then', async () => {
    const app = await given();
    await skipNext(app);
    await app.operate({ action: 'reschedule', listener: 'sync', interval: 'off', ...KIM });
    await app.clock.advance('5m');
    await app.operate({ action: 'reschedule', listener: 'sync', interval: '1m', ...KIM });
    await app.clock.advance('1m');

    expect(runs(app)).toEqual(['06:00 succeeded']);
    expect(app.intents()).toMatchObject([{ action: 'reschedule' }]);
  });

  it('skips the first moment after its own, once the process has begun anew in between', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'daemonry-skip-'));
    const config = { values: { state: { directory }, history: {} } };
    const first = await started([givenSync()], { now: NOW, config });
    await skipNext(first);
    await first.clock.advance('20s');
    await first.stop();

    const app = await started([givenSync()], { now: '2030-01-01T00:00:30Z', config });
    await app.clock.advance('2m');

    expect(runs(app)).toEqual([`01:30 ${SKIPPED}`, '02:30 succeeded']);
    await app.stop();
    rmSync(directory, { recursive: true });
  });

  it('lets a run that is triggered at that very moment come', async () => {
    const app = await given();
    await skipNext(app);
    await app.clock.advance('1m');
    expect(await app.trigger('sync')).toMatchObject({ outcome: 'succeeded' });
  });
});

describe('reschedule answers', () => {
  it('the due moments that come', async () => {
    const app = await given();
    await app.clock.advance('7s');

    const { nextDue } = await app.operate({ action: 'reschedule', listener: 'sync', interval: '10s', ...KIM });
    await app.clock.advance('30s');

    expect(nextDue).toHaveLength(3);
    expect(app.runs('sync').map(({ scheduledAt }) => scheduledAt)).toEqual(nextDue);
  });

  it('those after the end of a pause', async () => {
    const app = await given();
    await app.pause('sync', { by: 'sam', reason: 'moving', until: '2030-01-01T00:00:25Z' });
    const { nextDue } = await app.operate({ action: 'reschedule', listener: 'sync', interval: '10s', ...KIM });
    expect(nextDue?.map((at) => at.slice(14, 19))).toEqual(['00:30', '00:40', '00:50']);
  });

  it('those behind a pause, also while the listener waits for its restart, in which the next of them can be skipped', async () => {
    let die: RunContext['fail'] = () => undefined;
    @BackgroundDaemon({ name: 'sync', interval: '1m', restart: { delay: '10m', jitter: 0 } })
    class Sync {
      run({ fail, sleep }: RunContext): Promise<void> {
        die = fail;
        return sleep('1d');
      }
      tick(): void {}
    }
    const app = await started([Sync], { now: NOW });
    die(new Error('the connection broke'));
    await app.pause('sync', { by: 'sam', reason: 'moving', until: '2030-01-01T00:15:00Z' });
    await app.clock.advance('2s');

    const request = { action: 'reschedule', listener: 'sync', cron: '*/5 * * * *', ...KIM } as const;
    const { nextDue } = await app.operate(request);
    expect(nextDue?.map((at) => at.slice(11, 16))).toEqual(['00:15', '00:20', '00:25']);
    expect((await skipNext(app)).nextDue).toEqual(['2030-01-01T00:15:00.000Z']);
    await app.clock.advance('21m');
    expect(runs(app).slice(-2)).toEqual([`15:00 ${SKIPPED}`, '20:00 succeeded']);
  });

  it('those behind a pause of a listener that has never run, since its need has not come up', async () => {
    const db = givenPatient('db', {
      restart: { delay: '10m', maxDelay: '10m', jitter: 0 },
    });
    db.patient.failsWith = new Error('down');
    const app = await started([db.listener, givenSync({ dependsOn: ['db'] })], { now: NOW });
    await app.pause('sync', { by: 'sam', reason: 'moving', until: '2030-01-01T00:15:00Z' });

    const request = { action: 'reschedule', listener: 'sync', cron: '*/5 * * * *', ...KIM } as const;
    expect((await app.operate(request)).nextDue?.map((at) => at.slice(11, 16))).toEqual(['00:15', '00:20', '00:25']);
    expect((await skipNext(app)).nextDue).toEqual(['2030-01-01T00:15:00.000Z']);
    expect((await app.explain('sync', '2030-01-01T00:05:00Z'))[0]?.text).toBe(
      'sync.tick (cron */5 * * * * (UTC)) would be due then, but keeps no due moments.',
    );
    expect(statusOf(app, 'sync')).toMatchObject({
      state: 'blocked',
      tasks: [{ paused: true, pause: { by: 'sam', until: '2030-01-01T00:15:00.000Z' } }],
    });
    db.patient.failsWith = undefined;
    await app.clock.advance('21m');
    expect(runs(app)).toEqual([`15:00 ${SKIPPED}`, '20:00 succeeded']);
  });

  it('none that counts from the end of a run in flight, and one that counts from that of the last', async () => {
    let release: () => void = () => undefined;
    @BackgroundDaemon({ name: 'sync', interval: '1m', mode: 'fixed-delay', tickTimeout: '1h' })
    class Sync {
      tick(): Promise<void> {
        return new Promise((resolve) => (release = resolve));
      }
    }
    const app = await started([Sync], { now: NOW, settleMs: 5 });
    const request = { action: 'reschedule', listener: 'sync', interval: '2m', key: 'once', ...KIM } as const;
    const idle = await app.operate({ ...request, key: 'before' });
    expect(idle.nextDue).toEqual(['2030-01-01T00:02:00.000Z']);
    await app.clock.advance('2m');

    const busy = await app.operate(request);
    await app.clock.advance('10m');
    release();
    await app.clock.settle();

    expect(app.runs('sync')).toMatchObject([{ outcome: 'succeeded' }]);
    expect(busy).not.toHaveProperty('nextDue');
    expect(busy.notes).toContainEqual(expect.stringContaining('from the end of the run in flight'));
    expect(await app.operate(request)).toEqual({ ...busy, repeated: true });
  });
});
