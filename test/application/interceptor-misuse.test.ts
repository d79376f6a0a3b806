import type { RunInterceptor, TickContext } from '../../src';
import { givenIntercepted } from '../support/givenIntercepted';

type Around = RunInterceptor['around'];

const idle = (): undefined => undefined;

describe('Whatever an interceptor does, the handler is called once and decides the outcome', () => {
  const failing = (): never => {
    throw new Error('broken interceptor');
  };
  const cases: Record<string, { around: Around; warns?: string }> = {
    'throws before next': { around: failing, warns: 'has failed, and the handler is called without it' },
    'rejects before next': {
      around: async () => {
        await Promise.resolve();
        failing();
      },
      warns: 'has failed, and the handler is called without it',
    },
    'throws after next': {
      around: (_run, next) => {
        void next();
        failing();
      },
      warns: 'has failed, which does not concern the run',
    },
    'rejects after next': {
      around: async (_run, next) => {
        await next();
        failing();
      },
      warns: 'has failed, which does not concern the run',
    },
    'throws undefined': {
      around: () => {
        throw undefined;
      },
      warns: 'has failed, and the handler is called without it',
    },
    'never calls next': { around: () => undefined, warns: 'has ended without calling next' },
    'never calls next, asynchronously': {
      around: async () => Promise.resolve(),
      warns: 'has ended without calling next',
    },
    'is a generator function': {
      around: function* (_run, next) {
        yield next();
      },
      warns: 'has ended without calling next',
    },
    'calls next twice': {
      around: async (_run, next) => {
        await next();
        await next();
      },
      warns: 'has called next again, which changes nothing',
    },
    'calls next again within next': {
      around: (_run, next) => Promise.all([next(), next()]),
      warns: 'has called next again, which changes nothing',
    },
    'swallows the error': { around: (_run, next) => next().catch(() => undefined) },
    'leaves the promise of next alone': { around: (_run, next) => void next() },
    'returns something else': {
      around: (_run, next) => {
        void next();
        return 42;
      },
    },
    'returns an object that throws when it is awaited': {
      around: (_run, next) => {
        void next();
        return Object.defineProperty({}, 'then', { get: failing });
      },
      warns: 'has failed, which does not concern the run',
    },
    'waits before next': {
      around: async ({ sleep }, next) => {
        await sleep('2s');
        await next();
      },
    },
    'never ends after next': {
      around: async (_run, next) => {
        await next();
        await new Promise(() => undefined);
      },
    },
  };
  const ends = {
    succeeded: () => undefined,
    'succeeded later': async ({ sleep }: TickContext) => sleep('1s'),
    failed: () => {
      throw new Error('no orders');
    },
    'failed later': async ({ sleep }: TickContext) => {
      await sleep('1s');
      throw new Error('no orders');
    },
  };

  describe.each(Object.entries(cases))('one that %s', (_name, { around, warns }) => {
    it.each(Object.entries(ends))('leaves a run that has %s', async (end, behaves) => {
      const { app, handled } = await givenIntercepted(behaves, around, (_run, next) => next());
      await app.clock.advance('90s');
      const outcome = end.startsWith('failed') ? 'failed' : 'succeeded';
      expect(app.runs('order_sync')).toMatchObject([
        { outcome, ...(outcome === 'failed' ? { error: { message: 'no orders' } } : {}) },
      ]);
      expect(handled).toEqual([app.runs('order_sync')[0]?.runId]);
      const said = app.logs
        .filter(({ message }) => message.startsWith('The interceptor'))
        .map(({ message }) => message);
      // A handler that fails ends an interceptor that only waits for it.
      if (warns === undefined) expect(said).toEqual([]);
      else if (said.length > 0) expect(said.join()).toContain(`The interceptor Probe ${warns}`);
      if (warns !== undefined && outcome === 'succeeded') expect(said).toHaveLength(1);
    });
  });

  it('a query builder that is awaited once runs once', async () => {
    let executed = 0;
    const handler = () => ({
      then: (resolve: () => void) => {
        executed += 1;
        resolve();
      },
    });
    const { app } = await givenIntercepted(handler, (_run, next) => next());
    expect(await app.tick('order_sync')).toMatchObject({ outcome: 'succeeded' });
    expect(executed).toBe(1);
  });

  it('a generator that the handler returns fails the run, and its interceptor hears so', async () => {
    const handler = function* () {
      yield 1;
    };
    const heard: unknown[] = [];
    const { app } = await givenIntercepted(handler, (_run, next) =>
      next().catch((error: { code: string }) => heard.push(error.code)),
    );
    expect(await app.tick('order_sync')).toMatchObject({ outcome: 'failed', error: { code: 'GENERATOR_FUNCTION' } });
    expect(heard).toEqual(['GENERATOR_FUNCTION']);
  });
});

describe('A run whose interceptor waits before the handler', () => {
  const endless: Around = async (_run, next) => {
    await new Promise(() => undefined);
    await next();
  };

  it('times out, and the next due moment runs', async () => {
    const { app, handled } = await givenIntercepted(idle, endless);
    await app.clock.advance('2m');
    await app.clock.advance('11s');
    expect(app.runs('order_sync').map(({ outcome }) => outcome)).toEqual(['timed_out', 'timed_out']);
    expect(app.status().listeners[0]?.stuck).toBeUndefined();
    expect(handled).toEqual([]);
  });

  it('is cancelled by the stop, which does not wait for it', async () => {
    const { app } = await givenIntercepted(idle, endless);
    await app.clock.advance('1m');
    expect(await app.stop()).toMatchObject({ code: 0 });
    expect(app.runs('order_sync')).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('never has its handler called once it is over: next rejects with the reason', async () => {
    const said: unknown[] = [];
    let release = (): void => undefined;
    const { app, handled } = await givenIntercepted(idle, async (_run, next) => {
      await new Promise<void>((resolve) => (release = resolve));
      await next().catch((error: Error) => said.push(error.name));
    });
    await app.clock.advance('75s');
    expect(app.runs('order_sync')).toMatchObject([{ outcome: 'timed_out' }]);
    release();
    await app.clock.advance('1s');
    expect([handled, said]).toEqual([[], ['HookTimeoutError']]);
  });

  it('counts the time of the interceptor as its own', async () => {
    const handler = ({ sleep }: TickContext) => sleep('8s');
    const { app } = await givenIntercepted(handler, async ({ sleep }, next) => {
      await sleep('8s');
      await next();
    });
    await app.clock.advance('80s');
    expect(app.runs('order_sync')).toMatchObject([{ outcome: 'timed_out' }]);
  });
});
