import { BackgroundDaemon, Listener, type RunContext, type StartupContext } from '../../src';
import { createTestApplication } from '../../src/testing';
import { givenListener, rejectionOf } from '../support/givenListener';

const untilAborted = ({ signal }: RunContext): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });

describe('a run body', () => {
  let journal: string[];
  beforeEach(() => {
    journal = [];
  });

  it('begins after the startup, does not hold the boot up, and is aborted and awaited before the shutdown', async () => {
    @BackgroundDaemon()
    class Pump {
      startup(): void {
        journal.push('startup');
      }
      async run(context: RunContext): Promise<void> {
        journal.push('run');
        await untilAborted(context);
        journal.push('run ended');
      }
      shutdown(): void {
        journal.push('shutdown');
      }
    }
    const app = await createTestApplication({ listeners: [Pump, givenListener(journal, 'next')] });
    await app.start();
    await app.stop();
    expect(journal).toEqual(['startup', 'run', 'next.start', 'next.stop', 'run ended', 'shutdown']);
    expect((await app.stop()).code).toBe(0);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('socket closed')), 'socket closed'],
    ['returns', () => Promise.resolve(), 'returned before the stop'],
    [
      'declares it',
      ({ fail, signal }: RunContext) => {
        fail(new Error('gave up'));
        return untilAborted({ signal } as RunContext);
      },
      'gave up',
    ],
  ])('that %s before the stop has died: the application is degraded', async (_how, run, message) => {
    const app = await createTestApplication({
      listeners: [givenListener(journal, 'pump', { run }), givenListener(journal, 'other')],
    });
    await app.start();
    await app.clock.advance('1s');
    expect(app.status()).toMatchObject({ state: 'degraded', listeners: [{ state: 'died' }, { state: 'running' }] });
    expect(app.status().listeners[0]?.error).toMatchObject({ code: 'DAEMON_DIED' });
    expect(app.status().listeners[0]?.error?.message).toContain(message);
    expect(app.journal).toContain('listener.died pump');
    const report = await app.stop();
    expect(report).toMatchObject({ code: 0, degraded: true });
    expect(journal).toContain('pump.stop');
  });

  it('of a fatal daemon that dies stops the application with code 1', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'other'),
        givenListener(journal, 'pump', {
          fatal: true,
          run: async ({ sleep }) => {
            await sleep('10s');
            throw new Error('socket closed');
          },
        }),
      ],
    });
    const running = app.run();
    await app.clock.advance('11s');
    const report = await running;
    expect(report).toMatchObject({ code: 1, error: { code: 'DAEMON_DIED' } });
    expect(report.reason).toContain('pump');
    expect(journal).toEqual(['other.start', 'pump.start', 'pump.stop', 'other.stop']);
  });

  it('of a listener without an entry is fatal too', async () => {
    @Listener()
    class Mount {
      run(): Promise<void> {
        return Promise.reject(new Error('address lost'));
      }
    }
    const app = await createTestApplication({
      listeners: [Mount, givenListener(journal, 'slow', { startup: ({ sleep }) => sleep('5s') })],
    });
    const failure = rejectionOf(app.start());
    await app.clock.advance('6s');
    expect(await failure).toMatchObject({ listenerName: 'mount', phase: 'run' });
  });

  it('that dies during the boot blocks what needs it and has not started', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'pump', { run: () => Promise.reject(new Error('closed')) }),
        givenListener(journal, 'slow', { startup: ({ sleep }) => sleep('5s') }),
        givenListener(journal, 'consumer', { dependsOn: ['pump'] }),
      ],
    });
    const starting = app.start();
    await app.clock.advance('6s');
    await starting;
    expect(app.status().listeners[2]).toMatchObject({ name: 'consumer', state: 'blocked', blockedBy: 'pump' });
  });

  it('that has died ticks no more and cannot be triggered', async () => {
    @BackgroundDaemon({ interval: '1s' })
    class Pump {
      async run({ sleep }: RunContext): Promise<void> {
        await sleep('2500ms');
        throw new Error('closed');
      }
      tick(): void {
        journal.push('tick');
      }
    }
    const app = await createTestApplication({ listeners: [Pump] });
    await app.start();
    await app.clock.advance('10s');
    expect(journal).toEqual(['tick', 'tick']);
    expect(await rejectionOf(app.trigger('pump'))).toMatchObject({ code: 'NOT_RUNNING' });
  });

  it('may fail after its startup through the startup context', async () => {
    let startupContext: StartupContext | undefined;
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'server', {
          startup: (context) => {
            startupContext = context;
          },
        }),
      ],
    });
    await app.start();
    startupContext?.fail(new Error('listen socket closed'));
    expect(app.status()).toMatchObject({ state: 'degraded', listeners: [{ state: 'died' }] });
  });
});

describe('the ready hook', () => {
  it('is called once the boot of all is decided, and its failure is logged and kept', async () => {
    const journal: string[] = [];
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a', {
          ready: () => {
            journal.push('a.ready');
            throw new Error('not so ready');
          },
        }),
        givenListener(journal, 'b'),
      ],
    });
    await app.start();
    await app.clock.advance('1s');
    expect(journal).toEqual(['a.start', 'b.start', 'a.ready']);
    expect(app.status().listeners[0]).toMatchObject({ state: 'running', error: { message: 'not so ready' } });
    expect(app.logs.some(({ listener, level }) => listener === 'a' && level === 'error')).toBe(true);
  });
});
