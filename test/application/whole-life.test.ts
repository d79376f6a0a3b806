import { BackgroundDaemon, createApplication, type RunContext, type StartupContext, type TickContext } from '../../src';
import { createTestApplication } from '../../src/testing';
import { givenListener } from '../support/givenListener';

describe('the events of a whole life', () => {
  @BackgroundDaemon({ interval: '10s', tickTimeout: '4s' })
  class Worker {
    async tick({ runId, clock, sleep }: TickContext): Promise<void> {
      if (clock.now() === Date.parse('2026-01-01T00:00:20Z')) {
        // Ignores its abort for two seconds.
        await new Promise<void>((resolve) => clock.at(clock.now() + 6_000, resolve));
        return;
      }
      await sleep('1s');
      if (runId === '') throw new Error('unreachable');
    }
  }

  @BackgroundDaemon()
  class Pump {
    async run({ sleep }: RunContext): Promise<void> {
      await sleep('12s');
      throw new Error('closed');
    }
  }

  @BackgroundDaemon()
  class Slack {
    startup({ disable }: StartupContext): void {
      disable('no token');
    }
  }

  it('come in this order', async () => {
    const app = await createTestApplication({
      listeners: [
        Slack,
        givenListener([], 'db', { failsWith: new Error('refused') }),
        givenListener([], 'store', { dependsOn: ['db'] }),
        Worker,
        Pump,
      ],
    });
    await app.start();
    await app.clock.advance('25s');
    await app.trigger('worker').catch(() => undefined);
    await app.clock.advance('3s');
    await app.pause('worker', { by: 'ann', reason: 'migration' });
    await app.clock.advance('3s');
    await app.resume('worker', { by: 'ann' });
    await app.stop('done');

    expect(app.journal).toEqual([
      'application.starting',
      'listener.starting slack',
      'listener.disabled slack',
      'listener.starting db',
      'listener.startup_failed db',
      'listener.blocked store',
      'listener.starting worker',
      'listener.started worker',
      'listener.starting pump',
      'listener.started pump',
      'application.started',
      'application.degraded',
      'run.started worker.tick',
      'run.finished worker.tick',
      'listener.died pump',
      'application.degraded',
      'run.started worker.tick',
      'run.finished worker.tick',
      'listener.stuck worker.tick',
      'application.degraded',
      'operator.triggered worker.tick',
      'operator.acted trigger worker.tick',
      'run.skipped worker.tick',
      'operator.paused worker',
      'operator.acted pause worker',
      'run.skipped worker.tick',
      'operator.resumed worker',
      'operator.acted resume worker',
      'application.stopping',
      'listener.stopping pump',
      'listener.stopped pump',
      'listener.stopping worker',
      'listener.stopped worker',
      'application.stopped',
    ]);
  });
});

describe('being degraded', () => {
  it('is announced once for the same causes, however many runs are stuck', async () => {
    @BackgroundDaemon({ interval: '10s', tickTimeout: '1s', overlap: 'allow' })
    class Hung {
      tick({ clock }: TickContext): Promise<void> {
        return new Promise((resolve) => void clock.at(clock.now() + 600_000, resolve));
      }
    }
    const app = await createTestApplication({ listeners: [Hung] });
    await app.start();
    await app.clock.advance('45s');
    expect(app.journal.filter((event) => event.startsWith('listener.stuck'))).toHaveLength(4);
    expect(app.journal.filter((event) => event === 'application.degraded')).toHaveLength(1);
    expect(app.status().state).toBe('degraded');
    await app.clock.advance('20m');
  });

  it('ends when the stuck run settles', async () => {
    @BackgroundDaemon({ interval: '1h', tickTimeout: '1s' })
    class Slow {
      tick({ clock }: TickContext): Promise<void> {
        return new Promise((resolve) => void clock.at(clock.now() + 5_000, resolve));
      }
    }
    const app = await createTestApplication({ listeners: [Slow] });
    await app.start();
    await app.clock.advance('1h');
    await app.clock.advance('2s');
    expect(app.status()).toMatchObject({ state: 'degraded', listeners: [{ stuck: true }] });
    await app.clock.advance('10s');
    expect(app.status().state).toBe('running');
  });
});

describe('the status', () => {
  it('is plain JSON, whatever happened', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'db', { failsWith: new Error('refused', { cause: new TypeError('dns') }) }),
        givenListener([], 'store', { dependsOn: ['db'] }),
        givenListener([], 'slack', {
          startup: ({ disable }) => {
            disable('no token');
          },
        }),
      ],
    });
    await app.start();
    for (const shown of [app.status(), app.plan.listeners, await app.health(), await app.stop()]) {
      expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
    }
    expect(app.status().listeners[0]?.error).toEqual({
      name: 'Error',
      message: 'refused',
      cause: { name: 'TypeError', message: 'dns' },
    });
  });
});

describe('the uptime of an application', () => {
  it('is never negative, also where the clock was set back to before its boot', async () => {
    let now = Date.parse('2026-01-01T12:00:00Z');
    const clock = { now: () => now, at: () => ({ cancel: () => undefined }) };
    const app = await createApplication({ name: 'shop', clock, config: { directory: false, env: false } });
    await app.start();
    now -= 7_200_000;
    expect(app.status().uptimeMs).toBe(0);
    now += 7_205_000;
    expect(app.status().uptimeMs).toBe(5_000);
    await app.stop();
  });
});
