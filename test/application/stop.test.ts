import { BackgroundDaemon, type Clock, type ShutdownContext, type TickContext } from '../../src';
import { createTestApplication } from '../../src/testing';
import { forever, givenListener } from '../support/givenListener';

describe('the stop', () => {
  let journal: string[];
  beforeEach(() => {
    journal = [];
  });

  it('is shared by concurrent callers, keeps the first reason, and reports the same', async () => {
    const app = await createTestApplication({ listeners: [givenListener(journal, 'a')] });
    await app.start();
    const [first, second] = await Promise.all([app.stop('first'), app.stop('second')]);
    expect(first).toBe(second);
    expect(first.reason).toBe('first');
    expect(await app.stop('third')).toBe(first);
    expect(journal).toEqual(['a.start', 'a.stop']);
  });

  it('tells each shutdown the reason', async () => {
    const reasons: string[] = [];
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a', {
          shutdown: ({ reason }) => {
            reasons.push(reason);
          },
        }),
      ],
    });
    await app.start();
    await app.stop('deploy');
    expect(reasons).toEqual(['deploy']);
  });

  it('goes on when a shutdown fails, and exits with 3', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a'),
        givenListener(journal, 'b', { shutdown: () => Promise.reject(new Error('file locked')) }),
        givenListener(journal, 'c'),
      ],
    });
    await app.start();
    const report = await app.stop();
    expect(journal.slice(3)).toEqual(['c.stop', 'b.stop', 'a.stop']);
    expect(report.code).toBe(3);
    expect(report.listeners[1]).toMatchObject({ state: 'shutdown_failed', error: { message: 'file locked' } });
    expect(app.journal).toContain('listener.shutdown_failed b');
  });

  it('abandons a shutdown that hangs at its timeout, after aborting its signal', async () => {
    let aborted: unknown;
    const hang = ({ signal }: ShutdownContext): Promise<never> => {
      signal.addEventListener('abort', () => {
        aborted = signal.reason;
      });
      return forever();
    };
    const app = await createTestApplication({
      listeners: [givenListener(journal, 'a'), givenListener(journal, 'hung', { shutdown: hang })],
      settleMs: 5,
    });
    await app.start();
    const stopping = app.stop();
    await app.clock.advance('11s');
    const report = await stopping;
    expect(report.code).toBe(3);
    expect(aborted).toMatchObject({ code: 'SHUTDOWN_TIMEOUT' });
    expect(journal.at(-1)).toBe('a.stop');
  });

  it('gives the rest one second together when the grace is gone, and reports them as cut', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a', { shutdown: forever }),
        givenListener(journal, 'b'),
        givenListener(journal, 'c', { shutdown: forever }),
      ],
      config: { values: { shutdown: { grace: '5s' } } },
      settleMs: 5,
    });
    await app.start();
    const stopping = app.stop();
    await app.clock.advance('5s');
    expect(journal.slice(3)).toEqual(['c.stop', 'b.stop', 'a.stop']);
    await app.clock.advance('1s');
    const { code, listeners } = await stopping;
    expect(code).toBe(3);
    expect(listeners.map(({ name, cut }) => [name, cut])).toEqual([
      ['a', true],
      ['b', true],
      ['c', true],
    ]);
  });

  it('never asks a listener to shut down that had not started', async () => {
    const app = await createTestApplication({
      listeners: [givenListener(journal, 'a', { failsWith: new Error('no') }), givenListener(journal, 'b')],
    });
    await app.start();
    await app.stop();
    expect(journal).toEqual(['a.start', 'b.start', 'b.stop']);
  });

  it('waits for shutdown.delay with readiness down, and begins no tick in it', async () => {
    @BackgroundDaemon({ interval: '1s' })
    class Ticker {
      tick(): void {
        journal.push('tick');
      }
    }
    const app = await createTestApplication({
      listeners: [Ticker, givenListener(journal, 'a')],
      config: { values: { 'shutdown.delay': '5s' } },
    });
    await app.start();
    const stopping = app.stop();
    expect((await app.health()).ready).toBe(false);
    await app.clock.advance('4s');
    expect(journal).toEqual(['a.start']);
    await app.clock.advance('1s');
    await stopping;
    expect(journal).toEqual(['a.start', 'a.stop']);
    expect(app.runs('ticker').map(({ outcome, reason }) => [outcome, reason])).toContainEqual(['skipped', 'draining']);
  });

  it('lets a running tick finish within its drainTimeout before anything is shut down', async () => {
    @BackgroundDaemon({ interval: '1s', drainTimeout: '4s' })
    class Worker {
      async tick({ sleep }: TickContext): Promise<void> {
        await sleep('3s');
        journal.push('tick done');
      }
    }
    const app = await createTestApplication({ listeners: [Worker, givenListener(journal, 'a')] });
    await app.start();
    await app.clock.advance('1s');
    const stopping = app.stop();
    await app.clock.advance('3s');
    expect((await stopping).code).toBe(0);
    expect(journal).toEqual(['a.start', 'tick done', 'a.stop']);
    expect(app.runs('worker')[0]).toMatchObject({ outcome: 'succeeded' });
  });

  it('aborts a running tick at once by default, and records it as cancelled', async () => {
    @BackgroundDaemon({ interval: '1s' })
    class Worker {
      async tick({ sleep }: TickContext): Promise<void> {
        await sleep('1h');
      }
      shutdown(): void {
        journal.push('worker.stop');
      }
    }
    const app = await createTestApplication({ listeners: [Worker] });
    await app.start();
    await app.clock.advance('1s');
    const report = await app.stop();
    expect(report.code).toBe(0);
    expect(app.runs('worker')[0]).toMatchObject({ outcome: 'cancelled' });
    expect(journal).toEqual(['worker.stop']);
  });

  it('shuts a listener down though its tick ignores the abort, and says so', async () => {
    @BackgroundDaemon({ interval: '1s', shutdownTimeout: '2s' })
    class Worker {
      tick(): Promise<void> {
        return forever();
      }
      shutdown(): void {
        journal.push('worker.stop');
      }
    }
    const app = await createTestApplication({ listeners: [Worker], settleMs: 5 });
    await app.start();
    await app.clock.advance('1s');
    const stopping = app.stop();
    await app.clock.advance('3s');
    const report = await stopping;
    expect(journal).toEqual(['worker.stop']);
    expect(report.code).toBe(3);
    expect(report.listeners[0]?.error?.message).toContain('ticks');
    expect(app.runs('worker').at(-1)).toMatchObject({ outcome: 'cancelled' });
  });

  it('begins from inside a hook without waiting for itself, and warns', async () => {
    let app: Awaited<ReturnType<typeof createTestApplication>> | undefined = undefined;
    @BackgroundDaemon({ interval: '1s' })
    class Quitter {
      async tick(): Promise<void> {
        await app?.stop('had enough');
        journal.push('tick goes on');
      }
    }
    app = await createTestApplication({ listeners: [Quitter] });
    await app.start();
    await app.clock.advance('1s');
    const report = await app.stop();
    expect(journal).toEqual(['tick goes on']);
    expect(report).toMatchObject({ code: 0, reason: 'had enough' });
    expect(
      app.logs
        .filter(({ level }) => level === 'warn')
        .map(({ message }) => message)
        .join(),
    ).toContain('quitter.tick');
  });

  it('follows requestShutdown of a context, with its reason', async () => {
    @BackgroundDaemon({ interval: '1s' })
    class Quitter {
      tick({ requestShutdown }: TickContext): void {
        requestShutdown('nothing left to do');
      }
    }
    const app = await createTestApplication({ listeners: [Quitter] });
    const running = app.run();
    await app.clock.advance('2s');
    expect(await running).toMatchObject({ code: 0, reason: 'nothing left to do' });
  });

  /** An application that stops while a listener, whose startup had come too late, is shut down for `ms` milliseconds. */
  const stopDuringLateShutdown = async (ms: number): Promise<{ readonly journal: string[]; readonly took: number }> => {
    const pause = (clock: Clock, pauseMs: number): Promise<void> =>
      new Promise((resolve) => {
        clock.at(clock.now() + pauseMs, resolve);
      });
    class Database {
      dispose(): void {
        journal.push('database disposed');
      }
    }
    const late = givenListener(journal, 'late', {
      startupTimeout: '5s',
      startup: ({ clock }) => pause(clock, 6_000),
      shutdown: async ({ clock }) => {
        await pause(clock, ms);
        journal.push('late.stopped');
      },
    });
    const app = await createTestApplication({ listeners: [late], services: [Database] });
    app.container.get(Database);
    const starting = app.start();
    await app.clock.advance('6s');
    await starting;
    const began = app.clock.now();
    let took = 0;
    void app.stop().then(() => {
      took = app.clock.now() - began;
    });
    await app.clock.advance('1m');
    return { journal, took };
  };

  it('waits for a late listener that is shut down already, before services are disposed', async () => {
    const { journal: seen } = await stopDuringLateShutdown(500);
    expect(seen).toEqual(['late.start', 'late.stop', 'late.stopped', 'database disposed']);
  });

  it('waits a second for it at the most', async () => {
    const { journal: seen, took } = await stopDuringLateShutdown(8_000);
    expect(seen).toEqual(['late.start', 'late.stop', 'database disposed', 'late.stopped']);
    expect(took).toBe(1_000);
  });

  it('disposes ordinary services after the listeners, newest first', async () => {
    class Database {
      dispose(): void {
        journal.push('database disposed');
      }
    }
    class Store {
      constructor(readonly database: Database) {}
      async [Symbol.asyncDispose](): Promise<void> {
        await Promise.resolve();
        journal.push('store disposed');
      }
    }
    Reflect.defineMetadata('design:paramtypes', [Database], Store);
    @BackgroundDaemon()
    class Sync {
      constructor(readonly store: Store) {}
      shutdown(): void {
        journal.push('sync.stop');
      }
    }
    const app = await createTestApplication({ listeners: [Sync], services: [Store, Database] });
    await app.start();
    expect((await app.stop()).code).toBe(0);
    expect(journal).toEqual(['sync.stop', 'store disposed', 'database disposed']);
  });
});
