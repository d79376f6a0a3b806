import { BackgroundDaemon, PeriodicTask } from '../../src';
import { statusText } from '../../src/cli/remote/statusRows';
import { createTestApplication } from '../../src/testing';
import { givenPatient } from '../support/restarts';

const daemons = ['a', 'b', 'c', 'd', 'e'].map((name) => {
  @BackgroundDaemon({ name, interval: '1h' })
  class Daemon {
    tick(): void {}
  }
  return Daemon;
});

describe('The status in the terminal', () => {
  it('says who paused what, for how long, until when and why, and tells one pause of many once', async () => {
    const app = await createTestApplication({ listeners: daemons, now: '2030-01-01T00:00:00Z' });
    await app.start();
    const kim = { by: 'kim', kind: 'human' } as const;
    await app.clock.advance('5m');
    const until = '2030-01-01T02:05:00Z';
    await app.operate({ action: 'pause', listener: 'b', ...kim, reason: 'moving', until });
    const text = () => statusText(app.status(), app.clock.now()).filter((line) => line.startsWith('  paused:'));

    expect(text()).toEqual(['  paused: b, by kim for 0s, ends in 2h: moving']);
    await app.operate({ action: 'resume', listener: 'b', ...kim, reason: 'moved' });
    await app.operate({ action: 'pause', ...kim, reason: 'the disk is full' });
    await app.clock.advance('5m');
    expect(text()).toEqual(['  paused: the whole application, by kim for 5m, until it is resumed: the disk is full']);
  });

  it('tells one pause of several tasks once, with the names of three', async () => {
    @BackgroundDaemon({ interval: '1h' })
    class Sync {
      tick(): void {}
      @PeriodicTask()
      compact(): void {}
      @PeriodicTask()
      forget(): void {}
      @PeriodicTask()
      report(): void {}
    }
    const app = await createTestApplication({ listeners: [Sync] });
    await app.start();

    await app.pause('sync', { by: 'kim', reason: 'moving' });

    expect(statusText(app.status(), app.clock.now())).toContain(
      '  paused: sync, sync compact, sync forget and 1 more, by kim for 0s, until it is resumed: moving',
    );
  });

  it('shows a task as failing while its newest run failed, also when moments were skipped since, and since when', async () => {
    let fails = true;
    @BackgroundDaemon({ name: 'sync', interval: '10ms' })
    class Sync {
      tick(): void {
        if (fails) throw new Error('no answer');
      }
    }
    const app = await createTestApplication({ listeners: [...daemons, Sync], now: '2030-01-01T00:00:00Z' });
    await app.start();
    const first = () => statusText(app.status(), app.clock.now()).filter((line) => line.includes('sync'))[0];
    await app.clock.advance('5s');
    await app.pause('sync', { by: 'kim', reason: 'moving' });
    await app.clock.advance('60s');

    expect(app.status().listeners.at(-1)?.tasks[0]).toMatchObject({
      lastRun: { outcome: 'skipped' },
      failingSince: '2030-01-01T00:00:00.010Z',
    });
    expect(statusText(app.status(), app.clock.now())[2]).toMatch(/^ *paused +sync +skipped .* 500, since 1m 5s ago/);
    fails = false;
    await app.resume('sync');
    await app.clock.advance('10ms');
    expect(first()).not.toContain('since');
    expect(app.status().listeners.at(-1)?.tasks[0]).toMatchObject({ lastSuccessAt: '2030-01-01T00:01:05.010Z' });
    expect(app.status().listeners.at(-1)?.tasks[0]).not.toHaveProperty('failingSince');
  });

  it('shows a task that failed before this start, where it has not run since then', async () => {
    const app = await createTestApplication({ listeners: daemons, now: '2030-01-01T08:00:00Z' });
    await app.start();
    const { listeners, ...status } = app.status();
    const failing = {
      ...listeners[1]?.tasks[0],
      failingSince: '2029-12-30T03:00:00Z',
      lastFailure: { outcome: 'failed', scheduledAt: '2030-01-01T03:00:00Z', finishedAt: '2030-01-01T03:00:00Z' },
    };
    const failed = { ...listeners[1], tasks: [failing] } as unknown as (typeof listeners)[0];

    const [, , first] = statusText({ ...status, listeners: [...listeners, failed] }, app.clock.now());

    expect(first).toMatch(/^ *running +b +failed 5h ago +in 1h +since 2d 5h ago *$/);
  });

  it('shows when a task succeeded before this start, where it has not run since then', async () => {
    const app = await createTestApplication({ listeners: daemons, now: '2030-01-01T08:00:00Z' });
    await app.start();
    const { listeners, ...status } = app.status();
    const [first] = listeners;
    const task = { ...first?.tasks[0], lastSuccessAt: '2030-01-01T03:00:00Z' };
    const nightly = { ...first, tasks: [task] } as unknown as (typeof listeners)[0];

    const [, , row] = statusText({ ...status, listeners: [nightly] }, app.clock.now());

    expect(row).toMatch(/^ *running +a +succeeded 5h ago +in 1h +0 *$/);
  });

  it('says of a daemon whose need does not run what it needs, and not when it would be due', async () => {
    const { patient, listener } = givenPatient('flaky', { restart: 'never' });
    @BackgroundDaemon({ interval: '1s', dependsOn: ['flaky'] })
    class Needs {
      tick(): void {}
    }
    const app = await createTestApplication({ listeners: [...daemons, listener, Needs] });
    await app.start();
    patient.die(new Error('gone'));
    await app.clock.advance('3s');

    const [, , ...rows] = statusText(app.status(), app.clock.now());
    expect(rows[0]).toMatch(/died +flaky/);
    expect(rows[1]).toMatch(/running +needs +skipped \(dependency\) .* needs flaky/);
  });
});
