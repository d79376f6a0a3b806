import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon, type BackgroundDaemonOptions, type FreshnessEffect, type RestartOption } from '../../src';
import type { Class } from '../../src/container/Class';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { givenPatient, SOON, stateOf, statusOf } from '../support/restarts';

/** An application with one daemon that ticks each minute and has to succeed within five. */
async function given(
  options: { freshness?: FreshnessEffect; restart?: RestartOption; dependsOn?: string[] } = {},
  values: Readonly<Record<string, unknown>> = {},
  others: readonly Class[] = [],
) {
  const report = { fails: false, die: (_error: unknown): void => undefined };
  const all: BackgroundDaemonOptions = { interval: '1m', mustSucceedWithin: '5m', ...options };
  @BackgroundDaemon(all as { interval: '1m' })
  class Report {
    startup({ fail }: { fail: (error: unknown) => void }): void {
      report.die = fail;
    }
    tick(): void {
      if (report.fails) throw new Error('no data');
    }
  }
  const app = await createTestApplication({ listeners: [Report, ...others], config: { values } });
  const events: string[] = [];
  app.events.onAny((name, event) => {
    if (name.startsWith('task.') || /degraded|recovered/.test(name)) events.push(name);
    if (name === 'task.stale') events.push((event as { since: string }).since);
  });
  await app.start();
  const stale = () => statusOf(app, 'report')?.tasks[0]?.stale;
  return { app, report, events, stale };
}

describe('a task that must succeed within a time', () => {
  it('is fresh for as long as it succeeds', async () => {
    const { app, events, stale } = await given();
    await app.clock.advance('1h');
    expect(stale()).toBe(false);
    expect(events).toEqual([]);
  });

  it('is stale when its last success is too old, and fresh with the next one', async () => {
    const { app, report, events, stale } = await given();
    await app.clock.advance('2m');
    const last = app.clock.now();
    report.fails = true;
    await app.clock.advance('4m');
    expect(stale()).toBe(false);
    await app.clock.advance('1m');
    expect(stale()).toBe(true);
    expect(events).toEqual(['task.stale', new Date(last).toISOString(), 'application.degraded']);
    expect(app.status().state).toBe('degraded');
    expect(await app.health()).toMatchObject({
      ready: true,
      live: true,
      causes: ['"report.tick" has not succeeded for 5m, as it must'],
    });
    report.fails = false;
    await app.clock.advance('1m');
    expect(stale()).toBe(false);
    expect(events.slice(3)).toEqual(['task.fresh', 'application.recovered']);
    expect(app.status().state).toBe('running');
  });

  it('counts from the opening of ticks while it has not succeeded', async () => {
    const { app, report, stale } = await given();
    report.fails = true;
    await app.clock.advance('299s');
    expect(stale()).toBe(false);
    await app.clock.advance('1s');
    expect(stale()).toBe(true);
  });

  it('stands still while it is paused', async () => {
    const { app, report, stale } = await given();
    report.fails = true;
    await app.clock.advance('2m');
    await app.pause('report', { reason: 'migration', by: 'kim' });
    await app.clock.advance('1h');
    expect(stale()).toBe(false);
    await app.resume('report');
    await app.clock.advance('179s');
    expect(stale()).toBe(false);
    await app.clock.advance('1s');
    expect(stale()).toBe(true);
  });

  it('is fresh with a success while it is paused, and its age begins with the end of the pause', async () => {
    const { app, report, events, stale } = await given({ freshness: 'unready' });
    report.fails = true;
    await app.clock.advance('6m');
    await app.pause('report', { reason: 'migration', by: 'kim' });
    await app.clock.advance('1h');
    expect(stale()).toBe(true);
    report.fails = false;
    await app.trigger('report');
    expect(stale()).toBe(false);
    expect(await app.health()).toMatchObject({ ready: true });
    expect(events.at(-2)).toBe('task.fresh');
    report.fails = true;
    await app.clock.advance('1h');
    await app.resume('report');
    await app.clock.advance('299s');
    expect(stale()).toBe(false);
    await app.clock.advance('1s');
    expect(stale()).toBe(true);
  });

  it('stays stale when it is paused, and says so, but calls for no restart: that would not help', async () => {
    const { app, report, stale } = await given({ freshness: 'unlive' });
    report.fails = true;
    await app.clock.advance('6m');
    expect(app.liveness().live).toBe(false);

    await app.pause('report', { reason: 'the source moves', by: 'kim' });

    const cause = '"report.tick" has not succeeded for 5m, as it must; it is paused';
    expect(stale()).toBe(true);
    expect(app.liveness()).toEqual({ live: true, causes: [] });
    expect(await app.health()).toMatchObject({ live: true, ready: false, causes: [cause] });
    await app.resume('report');
    expect(app.liveness().live).toBe(false);
    await app.operate({
      action: 'reschedule',
      listener: 'report',
      interval: 'off',
      by: 'kim',
      reason: 'no source',
      kind: 'human',
    });
    expect((await app.health()).causes).toEqual([cause.replace('it is paused', 'its schedule is off')]);
  });

  it('stands still while it is paused, also before its listener has run', async () => {
    const db = givenPatient('db', { restart: { delay: '10h', maxDelay: '10h' } });
    db.patient.failsWith = new Error('down');
    const { app, stale } = await given({ dependsOn: ['db'] }, {}, [db.listener]);
    expect(stateOf(app, 'report')).toBe('blocked');
    await app.clock.advance('2m');
    await app.pause('report', { reason: 'migration', by: 'kim' });
    await app.clock.advance('1h');
    expect(stale()).toBe(false);
    await app.resume('report');
    await app.clock.advance('179s');
    expect(stale()).toBe(false);
    await app.clock.advance('1s');
    expect(stale()).toBe(true);
  });

  it('stands still while an operator has switched its schedule off, also beside a pause', async () => {
    const { app, report, stale } = await given();
    const kim = { reason: 'migration', by: 'kim', kind: 'human', listener: 'report' } as const;
    report.fails = true;
    await app.clock.advance('2m');
    await app.operate({ action: 'reschedule', interval: 'off', ...kim });
    await app.clock.advance('1h');
    await app.operate({ action: 'pause', ...kim });
    await app.clock.advance('1h');
    await app.operate({ action: 'reschedule', interval: '1m', ...kim });
    await app.clock.advance('1h');
    expect(stale()).toBe(false);
    await app.operate({ action: 'resume', ...kim });
    await app.clock.advance('179s');
    expect(stale()).toBe(false);
    await app.clock.advance('1s');
    expect(stale()).toBe(true);
  });

  it('keeps its age when its daemon is restarted', async () => {
    const { app, report, stale } = await given({ restart: SOON });
    report.fails = true;
    await app.clock.advance('3m');
    report.die(new Error('down'));
    await app.clock.advance('1m');
    expect(stale()).toBe(false);
    await app.clock.advance('1m');
    expect(stale()).toBe(true);
  });

  it.each([
    ['degraded', { ready: true, live: true }],
    ['unready', { ready: false, live: true }],
    ['unlive', { ready: false, live: false }],
  ] as const)('makes the application %s, as it says', async (freshness, expected) => {
    const { app, report } = await given({ freshness });
    report.fails = true;
    expect(await app.health()).toMatchObject({ ready: true, live: true });
    await app.clock.advance('5m');
    expect(await app.health()).toMatchObject(expected);
    expect(app.liveness()).toEqual({
      live: expected.live,
      causes: expected.live ? [] : ['"report.tick" has not succeeded for 5m, as it must'],
    });
  });

  it('is configured by an operator, and shown in the plan', async () => {
    const task = { mustSucceedWithin: '10m', freshness: 'unready' };
    const { app, report, stale } = await given({}, { listeners: { report: { tasks: { tick: task } } } });
    expect(app.plan.toText()).toContain('succeeds within 10m, else unready (values)');
    expect(app.plan.listeners[0]?.tasks).toMatchObject([{ mustSucceedWithinMs: 600_000, freshness: 'unready' }]);
    report.fails = true;
    await app.clock.advance('9m');
    expect(stale()).toBe(false);
    await app.clock.advance('1m');
    expect(stale()).toBe(true);
    expect((await app.stop()).causes).toEqual(['"report.tick" has not succeeded for 10m, as it must']);
  });
});

describe('with a history', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'freshness-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const life = async (Report: new () => object, now: string): Promise<TestApplication> => {
    const values = { state: { directory }, history: {} };
    const app = await createTestApplication({ listeners: [Report], now, config: { values } });
    await app.start();
    return app;
  };

  it('its age goes on across restarts of the process', async () => {
    let fails = false;
    @BackgroundDaemon({ interval: '1m', mustSucceedWithin: '5m' })
    class Report {
      tick(): void {
        if (fails) throw new Error('no data');
      }
    }
    const first = await life(Report, '2026-03-01T00:00:00Z');
    await first.clock.advance('1m');
    await first.stop();
    fails = true;
    const second = await life(Report, '2026-03-01T00:03:00Z');
    const stale = () => second.status().listeners[0]?.tasks[0]?.stale;
    await second.clock.advance('179s');
    expect(stale()).toBe(false);
    await second.clock.advance('1s');
    expect(stale()).toBe(true);
    await second.stop();
  });

  it('a success that lies ahead, since the clock was wrong then, counts from the start', async () => {
    let fails = false;
    @BackgroundDaemon({ interval: '1h', mustSucceedWithin: '2h' })
    class Report {
      tick(): void {
        if (fails) throw new Error('no data');
      }
    }
    const first = await life(Report, '2026-03-01T12:00:00Z');
    await first.clock.advance('1h');
    await first.stop();
    fails = true;
    const second = await life(Report, '2026-03-01T03:00:00Z');
    const stale = () => second.status().listeners[0]?.tasks[0]?.stale;
    await second.clock.advance('119m');
    expect(stale()).toBe(false);
    await second.clock.advance('1m');
    expect(stale()).toBe(true);
    await second.stop();
  });

  it.each([
    ['a pause', { action: 'pause' }, { action: 'resume' }],
    ['a schedule that is off', { action: 'reschedule', interval: 'off' }, { action: 'reset' }],
  ] as const)('it stands still for %s also while the process is down', async (_what, begins, ends) => {
    const kim = { reason: 'migration', by: 'kim', kind: 'human', listener: 'report' } as const;
    let fails = false;
    @BackgroundDaemon({ interval: '1h', mustSucceedWithin: '2h' })
    class Report {
      tick(): void {
        if (fails) throw new Error('no data');
      }
    }
    const first = await life(Report, '2026-03-01T00:00:00Z');
    await first.clock.advance('90m');
    await first.operate({ ...begins, ...kim });
    await first.clock.advance('30m');
    await first.stop();
    fails = true;
    const second = await life(Report, '2026-03-01T03:00:00Z');
    const stale = () => second.status().listeners[0]?.tasks[0]?.stale;
    await second.clock.advance('5h');
    expect(stale()).toBe(false);
    await second.operate({ ...ends, ...kim });
    await second.clock.advance('89m');
    expect(stale()).toBe(false);
    await second.clock.advance('1m');
    expect(stale()).toBe(true);
    await second.stop();
  });
});

describe('without such a task', () => {
  it('no timer is armed, and the status says nothing of freshness', async () => {
    @BackgroundDaemon()
    class Quiet {
      tick(): void {}
    }
    const app = await createTestApplication({ listeners: [Quiet] });
    await app.start();
    expect(app.status().listeners[0]?.tasks[0]).not.toHaveProperty('stale');
    expect(app.plan.listeners[0]?.tasks[0]).not.toHaveProperty('mustSucceedWithinMs');
  });
});
