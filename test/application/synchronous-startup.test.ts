import {
  Application,
  BackgroundDaemon,
  Clock,
  type ClockTimer,
  createApplication,
  type StartupContext,
} from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { givenListener, rejectionOf } from '../support/givenListener';

const startingOrder = (app: TestApplication): readonly string[] =>
  app.journal.filter((line) => line.startsWith('listener.starting')).map((line) => line.split(' ')[1] ?? '');

/** Counts the timers that are armed; none of them fires. */
class WatchedClock extends Clock {
  armed = 0;

  now(): number {
    return 0;
  }

  at(): ClockTimer {
    this.armed++;
    return { cancel: () => undefined };
  }
}

describe('a startup that returns no promise', () => {
  it('needs no timer', async () => {
    @BackgroundDaemon()
    class Quick {
      startup(): void {}
    }
    const clock = new WatchedClock();
    const app = await createApplication({
      name: 'shop',
      listeners: [Quick],
      clock,
      config: { directory: false, env: false },
      logger: { log: () => undefined },
    });
    await app.start();
    expect(clock.armed).toBe(0);
    await app.stop();
  });

  it('and asks for a shutdown is the last one', async () => {
    @BackgroundDaemon()
    class Quitter {
      startup({ requestShutdown }: StartupContext): void {
        requestShutdown('nothing to do');
      }
    }
    const journal: string[] = [];
    const app = await createTestApplication({ listeners: [Quitter, givenListener(journal, 'next')] });
    expect(await rejectionOf(app.start())).toMatchObject({ name: 'BootCancelledError', reason: 'nothing to do' });
    expect(journal).toEqual([]);
    expect((await app.stop()).listeners).toMatchObject([{ state: 'stopped' }, { state: 'registered' }]);
  });

  it('and fails after it has deferred something is over once that is disposed', async () => {
    const journal: string[] = [];
    @BackgroundDaemon()
    class Failing {
      startup({ defer, sleep }: StartupContext): void {
        defer(async () => {
          await sleep('1s');
          journal.push('disposed');
        });
        throw new Error('no port');
      }
    }
    const app = await createTestApplication({ listeners: [Failing, givenListener(journal, 'next')] });
    const starting = app.start();
    await app.clock.advance('1s');
    await starting;
    expect(journal).toEqual(['disposed', 'next.start']);
    expect(app.status().listeners[0]).toMatchObject({ state: 'startup_failed', error: { message: 'no port' } });
  });
});

describe('app.stop() in a constructor', () => {
  it('aborts the startup of that very listener', async () => {
    @BackgroundDaemon()
    class Impatient {
      constructor(app: Application) {
        void app.stop('no need');
      }
      async startup({ sleep }: StartupContext): Promise<void> {
        await sleep('20s');
      }
    }
    const app = await createTestApplication({ listeners: [Impatient, givenListener([], 'next')] });
    expect(await rejectionOf(app.start())).toMatchObject({ name: 'BootCancelledError', reason: 'no need' });
    expect(await app.stop()).toMatchObject({ code: 0, listeners: [{ state: 'stopped' }, { state: 'registered' }] });
  });
});

describe('startups side by side', () => {
  it('go in the order of the plan, each as soon as everything that it needs is decided', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'a', { startup: ({ sleep }) => sleep('2s') }),
        givenListener([], 'b', { dependsOn: ['a', 'd'] }),
        givenListener([], 'c', { dependsOn: ['a'] }),
        givenListener([], 'd', { startup: ({ sleep }) => sleep('1s') }),
        givenListener([], 'e', { dependsOn: ['d'], startup: ({ sleep }) => sleep('5s') }),
        givenListener([], 'f'),
      ],
      config: { values: { startup: { concurrency: 2 } } },
    });
    const starting = app.start();
    await app.clock.advance('1s');
    expect(startingOrder(app)).toEqual(['a', 'd', 'e']);
    await app.clock.advance('1s');
    expect(startingOrder(app)).toEqual(['a', 'd', 'e', 'c', 'b', 'f']);
    await app.clock.advance('5s');
    await starting;
  });
});
