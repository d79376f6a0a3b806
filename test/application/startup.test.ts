import { createTestApplication } from '../../src/testing';
import { forever, givenListener, rejectionOf } from '../support/givenListener';

describe('a startup timeout', () => {
  let journal: string[];
  beforeEach(() => {
    journal = [];
  });

  it('aborts the signal, fails the listener, and the boot goes on', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'hung', {
          startupTimeout: '5s',
          startup: ({ signal }) =>
            new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => {
                journal.push('hung.aborted');
                reject(signal.reason as Error);
              });
            }),
        }),
        givenListener(journal, 'next'),
      ],
      settleMs: 5,
    });
    const starting = app.start();
    await app.clock.advance('5s');
    await starting;
    expect(journal).toEqual(['hung.start', 'hung.aborted', 'next.start']);
    expect(app.status().listeners[0]).toMatchObject({ state: 'startup_failed', error: { code: 'STARTUP_TIMEOUT' } });
  });

  it('counts from the beginning of each startup, and wakes the clock at no other instant', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a', { startup: ({ sleep }) => sleep('1s') }),
        givenListener(journal, 'b', { startupTimeout: '10s', startup: forever }),
        givenListener(journal, 'c', { startupTimeout: '20s', startup: forever }),
        givenListener(journal, 'd', { startupTimeout: '5s', startup: forever }),
      ],
      config: { values: { startup: { concurrency: 2 } } },
      settleMs: 5,
    });
    const began = app.clock.now();
    const starting = app.start();
    const instants: number[] = [];
    for (let timer = 0; timer < 4; timer++) instants.push(((await app.clock.runNext()) ?? 0) - began);
    await starting;
    expect(instants).toEqual([1_000, 10_000, 15_000, 21_000]);
    expect(app.status().listeners.map(({ state }) => state)).toEqual([
      'running',
      'startup_failed',
      'startup_failed',
      'startup_failed',
    ]);
  });

  it('is the phase of a boot error when it is fatal', async () => {
    const app = await createTestApplication({
      listeners: [givenListener(journal, 'hung', { fatal: true, startup: forever })],
      settleMs: 5,
    });
    const failure = rejectionOf(app.start());
    await app.clock.advance('30s');
    expect(await failure).toMatchObject({ phase: 'timeout', listenerName: 'hung' });
  });

  it('shuts a startup that resolves too late down at once', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'late', {
          startupTimeout: '5s',
          startup: ({ clock, defer }) => {
            defer(() => void journal.push('late.disposed'));
            return new Promise((resolve) => {
              clock.at(clock.now() + 8_000, resolve);
            });
          },
        }),
      ],
    });
    const starting = app.start();
    await app.clock.advance('5s');
    await starting;
    expect(journal).toEqual(['late.start', 'late.disposed']);
    await app.clock.advance('3s');
    expect(journal).toEqual(['late.start', 'late.disposed', 'late.stop']);
    expect(app.status().listeners[0]?.state).toBe('startup_failed');
    await app.stop();
    expect(journal.filter((entry) => entry === 'late.stop')).toHaveLength(1);
  });
});

describe('what a startup defers', () => {
  const deferTwo =
    (journal: string[], then?: () => void) =>
    ({ defer }: { defer(disposer: () => void): void }): void => {
      defer(() => void journal.push('first disposed'));
      defer(() => void journal.push('second disposed'));
      then?.();
    };

  it('is disposed newest first after the shutdown', async () => {
    const journal: string[] = [];
    const app = await createTestApplication({
      listeners: [givenListener(journal, 'a', { startup: deferTwo(journal) })],
    });
    await app.start();
    await app.stop();
    expect(journal).toEqual(['a.start', 'a.stop', 'second disposed', 'first disposed']);
  });

  it('is disposed when the startup fails, and shutdown is not called', async () => {
    const journal: string[] = [];
    const fail = (): void => {
      throw new Error('half way');
    };
    const app = await createTestApplication({
      listeners: [givenListener(journal, 'a', { startup: deferTwo(journal, fail) })],
    });
    await app.start();
    await app.stop();
    expect(journal).toEqual(['a.start', 'second disposed', 'first disposed']);
  });

  it('is disposed though another disposer fails, and that failure is told', async () => {
    const journal: string[] = [];
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'a', {
          startup: ({ defer }) => {
            defer(() => void journal.push('disposed'));
            defer(() => Promise.reject(new Error('stuck lid')));
          },
        }),
      ],
    });
    await app.start();
    const report = await app.stop();
    expect(journal).toEqual(['a.start', 'a.stop', 'disposed']);
    expect(report).toMatchObject({
      code: 3,
      listeners: [{ state: 'shutdown_failed', error: { message: 'stuck lid' } }],
    });
  });
});

describe('disabling', () => {
  let journal: string[];
  beforeEach(() => {
    journal = [];
  });

  const noToken = ({ disable, defer }: { disable(reason: string): void; defer(disposer: () => void): void }): void => {
    defer(() => undefined);
    disable('no token');
  };

  it('is no failure: its reason is kept, no other hook is called, and the application is ready', async () => {
    const ready = jest.fn();
    const run = jest.fn(() => Promise.resolve());
    const app = await createTestApplication({
      listeners: [givenListener(journal, 'slack', { startup: noToken, ready, run }), givenListener(journal, 'b')],
    });
    await app.start();
    const status = app.status();
    expect(status.state).toBe('running');
    expect(status.listeners[0]).toMatchObject({ state: 'disabled', disabledReason: 'no token' });
    expect((await app.health()).ready).toBe(true);
    await app.stop();
    expect(journal).toEqual(['slack.start', 'b.start', 'b.stop']);
    expect(ready).not.toHaveBeenCalled();
    expect(run).not.toHaveBeenCalled();
  });

  it('does not need a reason in JavaScript', async () => {
    const startup = ({ disable }: { disable(reason: string): void }): void => {
      (disable as () => void)();
    };
    const app = await createTestApplication({ listeners: [givenListener(journal, 'slack', { startup })] });
    await app.start();
    expect(app.status().listeners[0]).toMatchObject({ state: 'disabled', disabledReason: 'no reason given' });
  });

  it('changes nothing once the startup is over, which is a warning', async () => {
    let later: (reason: string) => void = () => undefined;
    const startup = ({ disable }: { disable(reason: string): void }): void => {
      later = disable;
    };
    const app = await createTestApplication({ listeners: [givenListener(journal, 'slack', { startup })] });
    await app.start();

    later('the token was revoked');

    expect(app.status().listeners[0]).toMatchObject({ state: 'running' });
    expect(app.logs).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        listener: 'slack',
        message: 'disable() was called after its startup was over, and changes nothing: use fail(error) there',
        reason: 'the token was revoked',
      }),
    );
  });

  it('disposes what the startup had deferred', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'slack', {
          startup: ({ defer, disable }) => {
            defer(() => void journal.push('disposed'));
            disable('no token');
          },
        }),
      ],
    });
    await app.start();
    expect(journal).toEqual(['slack.start', 'disposed']);
  });

  it('disables what needs it, naming it', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'slack', { startup: noToken }),
        givenListener(journal, 'notifier', { dependsOn: ['slack'] }),
      ],
    });
    await app.start();
    expect(app.status().listeners[1]).toMatchObject({ state: 'disabled' });
    expect(app.status().listeners[1]?.disabledReason).toContain('slack');
    expect(journal).toEqual(['slack.start']);
  });

  it('aborts the boot when a fatal listener needs it', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener(journal, 'slack', { startup: noToken }),
        givenListener(journal, 'api', { dependsOn: ['slack'], fatal: true }),
      ],
    });
    expect(await rejectionOf(app.start())).toMatchObject({ listenerName: 'api', phase: 'blocked', blockedBy: 'slack' });
  });

  it('comes from the configuration as well', async () => {
    const app = await createTestApplication({
      listeners: [givenListener(journal, 'a'), givenListener(journal, 'b')],
      config: { values: { listeners: { a: { enabled: false } } } },
    });
    await app.start();
    expect(journal).toEqual(['b.start']);
    expect(app.status().listeners[0]).toMatchObject({ name: 'a', state: 'disabled' });
  });
});
