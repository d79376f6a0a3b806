import { BackgroundDaemon, createApplication, PeriodicTask } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

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
});
