import {
  BackgroundDaemon,
  type Application,
  type ApplicationEvents,
  type RunContext,
  type TickContext,
} from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { givenListener, rejectionOf, type Behaviour } from '../support/givenListener';

const warnings = (app: TestApplication): string =>
  app.logs
    .filter(({ level }) => level === 'warn')
    .map(({ message }) => message)
    .join();

describe('app.stop() awaited inside', () => {
  let app: TestApplication | undefined;
  const stop = async (): Promise<void> => {
    await (app as Application | undefined)?.stop('from inside');
  };
  const given = async (behaviour: Behaviour): Promise<TestApplication> =>
    (app = await createTestApplication({ listeners: [givenListener([], 'other'), givenListener([], 'a', behaviour)] }));

  it('a startup cancels the boot, and does not wait for itself', async () => {
    const created = await given({ startup: stop });
    expect(await rejectionOf(created.start())).toMatchObject({ name: 'BootCancelledError', reason: 'from inside' });
    expect(await created.stop()).toMatchObject({ code: 0, reason: 'from inside' });
    expect(warnings(created)).toContain('a.startup');
  });

  it.each([
    ['ready', { ready: stop }],
    ['health', { health: async () => stop().then(() => 'up' as const) }],
    ['shutdown', { shutdown: stop }],
    [
      'run',
      {
        run: async ({ sleep }: RunContext) => {
          await sleep('500ms');
          await stop();
          await sleep('1h');
        },
      },
    ],
  ] satisfies [string, Behaviour][])(
    'the %s hook stops cleanly, and does not wait for itself',
    async (hook, behaviour) => {
      const created = await given(behaviour);
      await created.start();
      if (hook === 'health') await created.health();
      if (hook === 'shutdown') await created.stop('from inside');
      else await created.clock.advance('1s');
      expect(await created.stop('from outside')).toMatchObject({ code: 0, reason: 'from inside' });
      expect(warnings(created)).toContain(`a.${hook}`);
    },
  );

  it('a disposer does not wait for itself', async () => {
    const created = await given({
      startup: ({ defer }) => {
        defer(stop);
      },
    });
    await created.start();
    expect(await created.stop('from inside')).toMatchObject({ code: 0 });
    expect(warnings(created)).toContain('a.defer');
  });

  it('what a hook has left behind waits for the whole stop', async () => {
    const reports: unknown[] = [];
    const created = await given({
      startup: ({ clock }) => {
        clock.at(clock.now() + 1_000, () => void app?.stop('left behind').then((report) => reports.push(report)));
      },
    });
    await created.start();
    await created.clock.advance('1s');
    expect(reports).toMatchObject([
      { code: 0, reason: 'left behind', listeners: [{ state: 'stopped' }, { state: 'stopped' }] },
    ]);
    expect(warnings(created)).toBe('');
  });
});

describe('app.stop() in a subscriber of', () => {
  @BackgroundDaemon({ interval: '1s', initialDelay: 0 })
  class Ticker {
    readonly calls: string[] = [];
    ready(): void {
      this.calls.push('ready');
    }
    tick(): void {
      this.calls.push('tick');
    }
    shutdown(): void {
      this.calls.push('shutdown');
    }
  }

  const stopping = async (event: Parameters<ApplicationEvents['on']>[0]): Promise<TestApplication> => {
    const app = await createTestApplication({ listeners: [Ticker], config: { values: { shutdown: { delay: '5s' } } } });
    app.events.on(event, () => void app.stop('by a subscriber'));
    return app;
  };

  it('application.starting cancels the boot before anything is constructed', async () => {
    const app = await stopping('application.starting');
    expect(await rejectionOf(app.start())).toMatchObject({ name: 'BootCancelledError' });
    expect(await app.stop()).toMatchObject({ code: 0, listeners: [{ state: 'registered' }] });
  });

  it('listener.started rolls the boot back', async () => {
    const app = await stopping('listener.started');
    expect(await rejectionOf(app.start())).toMatchObject({ name: 'BootCancelledError' });
    expect(await app.stop()).toMatchObject({ code: 0, listeners: [{ state: 'stopped' }] });
  });

  it('application.started stops before any tick or ready hook', async () => {
    const app = await stopping('application.started');
    await app.start();
    const instance = app.container.get(Ticker);
    await app.clock.advance('10s');
    expect(await app.stop()).toMatchObject({ code: 0, reason: 'by a subscriber' });
    expect(instance.calls).toEqual(['shutdown']);
    expect(app.runs('ticker').every(({ outcome, reason }) => outcome === 'skipped' && reason === 'draining')).toBe(
      true,
    );
  });

  it.each(['run.started', 'run.finished', 'application.stopping', 'listener.stopping', 'application.stopped'] as const)(
    '%s is harmless',
    async (event) => {
      const app = await stopping(event);
      await app.start();
      await app.clock.advance('1s');
      const stopped = app.stop('by a subscriber');
      await app.clock.advance('6s');
      expect(await stopped).toMatchObject({ code: 0, reason: 'by a subscriber' });
    },
  );

  it('listener.died, of a death declared inside a hook, is waited for as from outside', async () => {
    let declare = (): void => undefined;
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'server', {
          startup: ({ fail }) => {
            declare = () => {
              fail(new Error('socket closed'));
            };
          },
          run: async ({ sleep }) => {
            await sleep('1s');
            declare();
            await sleep('1h');
          },
        }),
      ],
    });
    let report: unknown;
    app.events.on('listener.died', () => void app.stop('it died').then((settled) => (report = settled)));
    await app.start();
    await app.clock.advance('1s');
    expect(report).toMatchObject({ reason: 'it died', listeners: [{ state: 'stopped' }] });
    expect(warnings(app)).toBe('');
  });
});

describe('a subscriber', () => {
  it('that fails, at once or later, is logged and changes nothing', async () => {
    const app = await createTestApplication({ listeners: [givenListener([], 'a')] });
    app.events.on('listener.started', () => {
      throw new Error('at once');
    });
    const failLater = (): unknown => Promise.reject(new Error('later'));
    app.events.on('listener.started', failLater);
    await app.start();
    await app.clock.advance('1s');
    const errors = app.logs.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([{ error: { message: 'at once' } }, { error: { message: 'later' } }]);
    expect((await app.stop()).code).toBe(0);
  });
});

describe('app.start() in a subscriber of application.starting', () => {
  it('is the start that is under way', async () => {
    const app = await createTestApplication({ listeners: [givenListener([], 'a')] });
    let inner: Promise<void> | undefined;
    app.events.on('application.starting', () => {
      inner = app.start();
    });
    await app.start();
    await expect(inner).resolves.toBeUndefined();
  });
});

describe('requestShutdown', () => {
  it('before the start makes start() reject, with that reason', async () => {
    const app = await createTestApplication({ listeners: [givenListener([], 'a')] });
    app.requestShutdown('changed my mind');
    await app.clock.advance(0);
    expect(await rejectionOf(app.start())).toMatchObject({ name: 'BootCancelledError' });
    expect(await app.run()).toMatchObject({ code: 0, reason: 'changed my mind' });
  });

  it('makes every run() resolve with the same outcome', async () => {
    const app = await createTestApplication({ listeners: [givenListener([], 'a')] });
    const runs = [app.run(), app.run()];
    await app.clock.advance('1s');
    app.requestShutdown('enough');
    app.requestShutdown('too late');
    const [first, second] = await Promise.all(runs);
    expect(first).toMatchObject({ code: 0, reason: 'enough' });
    expect(second).toEqual(first);
    expect(await app.run()).toEqual(first);
  });

  it('from a tick lets that tick finish what it does synchronously', async () => {
    const done: string[] = [];
    @BackgroundDaemon({ interval: '1s' })
    class Quitter {
      tick({ requestShutdown, commit }: TickContext): void {
        requestShutdown('enough');
        commit(() => done.push('committed'));
      }
    }
    const app = await createTestApplication({ listeners: [Quitter] });
    const running = app.run();
    await app.clock.advance('2s');
    expect((await running).code).toBe(0);
    expect(done).toEqual(['committed']);
    expect(app.runs('quitter')).toMatchObject([{ outcome: 'succeeded' }]);
  });
});
