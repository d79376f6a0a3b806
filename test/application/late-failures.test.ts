import { BackgroundDaemon, type Clock, type TickContext } from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { forever, givenListener, rejectionOf, type Behaviour } from '../support/givenListener';
import { noUnhandledRejection } from '../support/noUnhandledRejection';

/** Fails 15 s from now, deaf to any signal. */
const failLate = ({ clock }: { clock: Clock }): Promise<never> =>
  new Promise((_resolve, reject) => {
    clock.at(clock.now() + 15_000, () => {
      reject(new Error('the late loss'));
    });
  });

const told = (app: TestApplication): unknown[] =>
  app.logs.filter(({ error }) => (error as Error | undefined)?.message === 'the late loss');

describe('an error that comes after somebody has given up waiting is told, and is nobody’s unhandled rejection:', () => {
  noUnhandledRejection();

  const stopped = async (behaviour: Behaviour): Promise<TestApplication> => {
    const app = await createTestApplication({ listeners: [givenListener([], 'a', behaviour)] });
    await app.start();
    const stopping = app.stop();
    await app.clock.advance('20s');
    expect((await stopping).code).toBe(3);
    return app;
  };

  it('of a shutdown', async () => {
    expect(told(await stopped({ shutdown: failLate }))).toHaveLength(1);
  });

  it('of a run body that ignores its abort', async () => {
    expect(told(await stopped({ run: failLate }))).toHaveLength(1);
  });

  it('of a disposer', async () => {
    const app = await stopped({
      startup: ({ defer, clock }) => {
        defer(() => failLate({ clock }));
      },
    });
    expect(told(app)).toHaveLength(1);
  });

  it('of a startup', async () => {
    const app = await createTestApplication({
      listeners: [givenListener([], 'a', { startup: failLate, startupTimeout: '5s' })],
    });
    const starting = app.start();
    await app.clock.advance('5s');
    await starting;
    await app.clock.advance('15s');
    expect(told(app)).toHaveLength(1);
    expect(app.status().listeners[0]).toMatchObject({ state: 'startup_failed', error: { code: 'STARTUP_TIMEOUT' } });
  });

  it('of a tick, which does not change its record', async () => {
    @BackgroundDaemon({ interval: '1h', tickTimeout: '5s' })
    class Late {
      tick(context: TickContext): Promise<void> {
        return failLate(context);
      }
    }
    const app = await createTestApplication({ listeners: [Late] });
    await app.start();
    await app.clock.advance('90m');
    expect(told(app)).toMatchObject([{ listener: 'late', task: 'tick' }]);
    expect(app.runs('late')).toMatchObject([{ outcome: 'timed_out', error: { code: 'TICK_TIMEOUT' } }]);
  });

  it('of a health hook', async () => {
    const app = await createTestApplication({ listeners: [givenListener([], 'a', { health: failLate })] });
    await app.start();
    const asking = app.health();
    await app.clock.advance('2s');
    expect((await asking).ready).toBe(false);
    await app.clock.advance('15s');
    expect(told(app)).toHaveLength(1);
  });

  it('of a daemon that has died already', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'a', {
          run: (context) => {
            context.fail(new Error('died first'));
            return failLate(context);
          },
        }),
      ],
    });
    await app.start();
    await app.clock.advance('20s');
    expect(told(app)).toHaveLength(1);
    expect(app.status().listeners[0]?.error?.message).toContain('died first');
  });
});

describe('the shutdown of a startup that came too late', () => {
  it('is waited for by a stop that comes while it goes on', async () => {
    const ends: string[] = [];
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'a', {
          startupTimeout: '5s',
          startup: ({ clock }) =>
            new Promise((resolve) => {
              clock.at(clock.now() + 10_000, resolve);
            }),
          shutdown: async ({ sleep }) => {
            await sleep('500ms');
            ends.push('shut down');
          },
        }),
      ],
    });
    const starting = app.start();
    await app.clock.advance('5s');
    await starting;
    await app.clock.advance('5s');
    const stopping = app.stop().then(() => ends.push('stopped'));
    await app.clock.advance('1s');
    await stopping;
    expect(ends).toEqual(['shut down', 'stopped']);
  });
});

describe('an error that is only the answer to an abort is no failure:', () => {
  it.each(['ready', 'run'] as const)('of the %s hook at the stop', async (hook) => {
    const app = await createTestApplication({
      listeners: [givenListener([], 'a', { [hook]: ({ sleep }: TickContext) => sleep('1h') })],
    });
    await app.start();
    const report = await app.stop();
    expect(report).toMatchObject({ code: 0, listeners: [{ state: 'stopped' }] });
    expect(report.listeners[0]?.error).toBeUndefined();
    expect(app.logs.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });
});

describe('a startup that is given up', () => {
  it('leaves nothing armed on the clock', async () => {
    const app = await createTestApplication({
      listeners: [givenListener([], 'hung', { startup: forever, startupTimeout: '1h' })],
      config: { values: { shutdown: { grace: '3s' } } },
      settleMs: 5,
    });
    const armed = new Set<object>();
    const at = app.clock.at.bind(app.clock);
    jest.spyOn(app.clock, 'at').mockImplementation((when, fn, options) => {
      const armedTimer = {};
      armed.add(armedTimer);
      const timer = at(
        when,
        () => {
          armed.delete(armedTimer);
          fn();
        },
        options,
      );
      return {
        cancel: () => {
          armed.delete(armedTimer);
          timer.cancel();
        },
      };
    });
    const makeAlarm = app.clock.alarm.bind(app.clock);
    jest.spyOn(app.clock, 'alarm').mockImplementation((owner, deadline) => {
      const armedAlarm = {};
      const ring = (now: number): void => {
        armed.delete(armedAlarm);
        owner.ring(now);
      };
      const alarm = makeAlarm({ context: owner.context, ring }, deadline);
      return {
        set: (when) => {
          armed.add(armedAlarm);
          alarm.set(when);
        },
        clear: () => {
          armed.delete(armedAlarm);
          alarm.clear();
        },
      };
    });
    const starting = rejectionOf(app.start());
    await app.clock.advance('1s');
    expect(armed.size).toBeGreaterThan(0);
    const stopping = app.stop();
    await app.clock.advance('4s');
    await stopping;
    await starting;
    expect(armed.size).toBe(0);
  });
});
