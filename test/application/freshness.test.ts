import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon } from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { givenReport as given } from '../support/givenReport';
import { SOON } from '../support/restarts';

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

  it('a task that has never succeeded is stale from the start, once it has had runs for so long', async () => {
    @BackgroundDaemon({ interval: '1m', mustSucceedWithin: '2h' })
    class Report {
      tick(): void {
        throw new Error('no data');
      }
    }
    const stale = (app: TestApplication) => app.status().listeners[0]?.tasks[0]?.stale;
    const first = await life(Report, '2026-03-01T00:00:00Z');
    await first.clock.advance('90m');
    await first.stop();
    const second = await life(Report, '2026-03-01T01:30:00Z');
    await second.clock.advance('90m');
    expect(stale(second)).toBe(false);
    await second.stop();

    const third = await life(Report, '2026-03-01T03:00:00Z');

    expect(stale(third)).toBe(true);
    await third.stop();
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
