import { BackgroundDaemon, createApplication, PeriodicTask, type PluginContext } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';
import { ContainerModule, injectable, postConstruct } from 'inversify';

const QUIET = { name: 'test', config: { directory: false, env: {} }, logger: { log: () => undefined } } as const;

describe('A generator, whose code nobody would run,', () => {
  it('is a problem of the plan where it is a hook or a task', async () => {
    // @ts-expect-error: the compiler refuses it as well
    @BackgroundDaemon({ interval: '1m' })
    class Lazy {
      *tick(): Generator<number> {
        yield 1;
      }

      @PeriodicTask({ interval: '1h' })
      async *clean(): AsyncGenerator<number> {
        await Promise.resolve();
        yield 1;
      }
    }
    await expect(createApplication({ ...QUIET, listeners: [Lazy] })).rejects.toMatchObject({
      problems: [{ code: 'GENERATOR_FUNCTION' }, { code: 'GENERATOR_FUNCTION' }],
    });
  });

  it('fails the run that returns one', async () => {
    function* work(): Generator<number> {
      yield 1;
    }
    @BackgroundDaemon({ interval: '1m' })
    class Disguised {
      tick(): void {
        return work() as never;
      }
    }
    const app = await createTestApplication({ listeners: [Disguised] });
    await app.start();
    await app.clock.advance('1m');
    expect(app.runs('disguised')).toMatchObject([{ outcome: 'failed', error: { name: 'GeneratorReturnedError' } }]);
    await app.stop();
  });

  it('keeps a service from being made, as a promise does that is none of Node', async () => {
    const opened: string[] = [];
    @injectable()
    class Lazy {
      @postConstruct()
      *open(): Generator<number> {
        opened.push('lazy');
        yield 1;
      }
    }
    @injectable()
    class Later {
      @postConstruct()
      open(): PromiseLike<void> {
        return { then: (done) => Promise.resolve().then(() => done?.() as never) };
      }
    }
    @BackgroundDaemon()
    class OfLazy {
      constructor(readonly service: Lazy) {}
    }
    @BackgroundDaemon()
    class OfLater {
      constructor(readonly service: Later) {}
    }
    const app = await createTestApplication({ listeners: [OfLazy, OfLater], services: [Lazy, Later] });
    await app.start();

    expect(app.status().listeners).toMatchObject([
      { state: 'startup_failed', error: { code: 'GENERATOR_FUNCTION' } },
      { state: 'startup_failed', error: { code: 'ASYNC_SERVICE' } },
    ]);
    expect(opened).toEqual([]);
    await app.stop();
  });

  it('is a failure of the plugin whose register it is', async () => {
    const register = function* ({ registerBackgroundDaemon }: PluginContext): Generator<number> {
      registerBackgroundDaemon({ name: 'lazy' });
      yield 1;
    };
    const app = await createTestApplication({ plugins: [{ name: 'lazy', register: register as never }] });

    expect(app.plan.plugins).toMatchObject([{ name: 'lazy', state: 'failed', error: { code: 'GENERATOR_FUNCTION' } }]);
  });
});

describe('A task whose method the instance does not have', () => {
  it('fails its runs: the factory has returned another object than the class makes', async () => {
    @BackgroundDaemon({ interval: '1m' })
    class Sync {
      tick(): void {}
    }
    const module = new ContainerModule(({ bind }) => void bind(Sync).toDynamicValue(() => ({}) as Sync));
    const app = await createTestApplication({ modules: [module] });
    await app.start();
    await app.clock.advance('1m');

    const error = { code: 'NO_INSTANCE', message: expect.stringContaining('has no method "tick"') as string };
    expect(app.runs('sync')).toMatchObject([{ outcome: 'failed', error }]);
    await app.stop();
  });
});
