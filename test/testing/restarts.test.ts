import { BackgroundDaemon, type RunContext, type ShutdownContext } from '../../src';
import { FaultTooLateError } from '../../src/errors/testingErrors';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { daemonryMatchers } from '../../src/testing/matchers';
import { rejectionOf } from '../support/givenListener';

expect.extend(daemonryMatchers);

/** Its first life ends after 10 s. */
@BackgroundDaemon({ restart: { delay: '1s', jitter: 0 } })
class Queue {
  #lives = 0;
  async run({ signal, sleep }: RunContext): Promise<void> {
    this.#lives++;
    await sleep('10s');
    if (this.#lives === 1) throw new Error('connection lost');
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
  }
  async shutdown({ sleep }: ShutdownContext): Promise<void> {
    if (this.#lives === 1) await sleep('2s');
  }
}

@BackgroundDaemon({ restart: { delay: '1s', jitter: 0 } })
class Database {
  startup(): void {}
}

@BackgroundDaemon({ interval: '1m', dependsOn: ['database'] })
class Mail {
  tick(): void {}
}

@BackgroundDaemon({ interval: '1m' })
class Clean {
  tick(): void {}
}

async function given(...listeners: (new () => object)[]): Promise<TestApplication> {
  const app = await createTestApplication({ listeners });
  await app.start();
  return app;
}

/** A database that failed at the boot and is to be started again, with a daemon that needs it. */
async function givenFailedDatabase(): Promise<TestApplication> {
  const app = await createTestApplication({ listeners: [Database, Mail] });
  app.fault('database').failStartup(new Error('refused'));
  await app.start();
  return app;
}

describe('app.untilStarted', () => {
  it('waits for a listener that has died, and is shut down to be started again', async () => {
    const app = await given(Queue);
    await app.until('listener.died', { within: '1m' });
    await app.untilStarted('queue', { within: '1m' });
    expect(app.status().listeners).toMatchObject([{ state: 'running', restarts: 1 }]);
  });

  it('waits for a listener that is blocked by one which is started again', async () => {
    const app = await givenFailedDatabase();
    await app.untilStarted('mail', { within: '1m' });
    expect(app.status().state).toBe('running');
  });

  it('waits for that from before the start', async () => {
    const app = await createTestApplication({ listeners: [Database, Mail] });
    app.fault('database').failStartup(new Error('refused'));
    const mail = app.untilStarted('mail', { within: '1m' });
    await app.start();
    await mail;
    expect(app.status().state).toBe('running');
  });

  it('ends as soon as the one that blocks it is given up', async () => {
    @BackgroundDaemon({ name: 'database', restart: { delay: '1s', jitter: 0, limit: { restarts: 2, within: '1h' } } })
    class Broken {
      startup(): void {
        throw new Error('refused');
      }
    }
    const app = await given(Broken, Mail);
    const lost = await rejectionOf(app.untilStarted('mail', { within: '1h' }));
    expect(lost).toMatchObject({ message: expect.stringContaining('"mail" is blocked') as string });
    expect(app.clock.now()).toBe(Date.parse('2026-01-01T00:00:03Z'));
  });
});

describe('A fault', () => {
  it('makes the start fail that a listener waits for', async () => {
    const app = await givenFailedDatabase();
    app.fault('database').failStartup(new Error('refused again'));
    app.fault('mail').failStartup(new Error('no database'));
    await app.clock.advance('5m');
    const failures = app.journal.filter((entry) => entry.startsWith('listener.startup_failed'));
    expect(failures).toEqual([
      'listener.startup_failed database',
      'listener.startup_failed database',
      'listener.startup_failed mail',
    ]);
  });

  it('makes the restart of a listener fail that runs, or has just died', async () => {
    const app = await given(Queue, Database);
    app.fault('database').failStartup(new Error('refused'));
    await expect(app.restart('database', { reason: 'a new password', by: 'kim' })).rejects.toMatchObject({
      code: 'RESTART_FAILED',
    });
    await app.until('listener.died', { within: '1m' });
    app.fault('queue').failStartup(new Error('no connection'));
    await app.clock.advance('5s');
    expect(app.journal).toContain('listener.startup_failed queue');
  });

  it('waits for the ticks and the shutdown of a listener that is not started yet', async () => {
    const app = await givenFailedDatabase();
    app.fault('mail').failTick().failShutdown(new Error('still busy'));
    await app.clock.advance('5m');
    expect(app).toHaveRun('mail', { outcome: 'failed', times: 1 });
    await app.stop();
    expect(app.status().listeners.find(({ name }) => name === 'mail')?.state).toBe('shutdown_failed');
  });

  it('is refused when nothing starts any more', async () => {
    const app = await givenFailedDatabase();
    await app.stop();
    for (const name of ['database', 'mail']) {
      expect(() => app.fault(name).failStartup()).toThrow(FaultTooLateError);
      expect(() => app.fault(name).failShutdown()).toThrow(FaultTooLateError);
    }
  });
});

describe('The matchers about order', () => {
  it('hold for an application in which a listener was started again', async () => {
    const app = await given(Queue, Clean, Database);
    await app.untilStarted('queue');
    await app.clock.advance('1m');
    await app.restart('clean', { reason: 'to see', by: 'kim' });
    await app.stop();
    expect(app).toHaveStartedInOrder(['queue', 'clean', 'database']);
    expect(app).toHaveStartedInOrder(['queue', 'clean', 'database', 'queue', 'clean']);
    expect(app).not.toHaveStartedInOrder(['clean', 'queue']);
    expect(app).toHaveStoppedInReverse();
  });

  it('do not take the shutdown before a restart for the one at the end', async () => {
    const app = await given(Queue, Clean);
    await app.clock.advance('1m');
    expect(app).not.toHaveStoppedInReverse();
    await app.stop();
    expect(app).toHaveStoppedInReverse();
  });

  it('hold for a listener that was shut down, and was not started again before the end', async () => {
    const app = await given(Clean, Queue, Database);
    await app.until('listener.restarting', { within: '1m' });
    await app.stop();
    expect(app).toHaveStoppedInReverse();
  });
});
