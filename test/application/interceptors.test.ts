import { AsyncLocalStorage } from 'node:async_hooks';

import { ContainerModule, injectable } from 'inversify';

import {
  Application,
  BackgroundDaemon,
  defineModule,
  type InterceptedRun,
  PeriodicTask,
  RunInterceptor,
  type TickContext,
} from '../../src';
import { createTestApplication } from '../../src/testing';
import { givenIntercepted, interceptor } from '../support/givenIntercepted';

const seen: unknown[] = [];
let handler: (context: TickContext) => unknown = () => undefined;

@BackgroundDaemon({ interval: '1m' })
class OrderSync {
  tick(context: TickContext): void | Promise<void> {
    return handler(context) as void | Promise<void>;
  }
}

beforeEach(() => {
  seen.length = 0;
  handler = () => undefined;
});

describe('A RunInterceptor', () => {
  it('is active around the handler of every run, also in its async context', async () => {
    // region tenancy
    const tenant = new AsyncLocalStorage<string>();

    @injectable()
    class Tenancy extends RunInterceptor {
      around(run: InterceptedRun, next: () => Promise<void>): unknown {
        return tenant.run(`tenant of ${run.listener}.${run.task}`, next);
      }
    }

    const tenancyModule = defineModule('tenancy', {
      bind: ({ bind }) => {
        bind(Tenancy).toSelf();
        bind(RunInterceptor).toService(Tenancy);
      },
    });
    // endregion tenancy
    handler = async ({ sleep }) => {
      await sleep('1s');
      seen.push(tenant.getStore());
    };
    const app = await createTestApplication({ listeners: [OrderSync], modules: [tenancyModule] });
    await app.start();
    await app.clock.advance('121s');
    expect(seen).toEqual(['tenant of order_sync.tick', 'tenant of order_sync.tick']);
    expect(app.runs('order_sync').map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
  });

  it('is given the run, as its handler is', async () => {
    let given: InterceptedRun | undefined;
    const { app } = await givenIntercepted(
      (context) => handler(context),
      (run, next) => {
        given = run;
        return next();
      },
    );
    const record = await app.tick('order_sync');
    const { listener, name, task, runId, tickId, trigger, scheduledAt, startedAt } = given as InterceptedRun;
    expect({ listener, name, task, runId, tickId, trigger }).toEqual({
      listener: 'order_sync',
      name: 'order_sync',
      task: 'tick',
      runId: record.runId,
      tickId: record.tickId,
      trigger: 'manual',
    });
    expect([scheduledAt.toISOString(), startedAt.toISOString()]).toEqual([record.scheduledAt, record.startedAt]);
  });

  it('surrounds those that are bound after it', async () => {
    const order: string[] = [];
    const around =
      (name: string): RunInterceptor['around'] =>
      async (_run, next) => {
        order.push(`${name} before`);
        await next();
        order.push(`${name} after`);
      };
    handler = () => order.push('handler');
    const { app } = await givenIntercepted((context) => handler(context), around('first'), around('second'));
    await app.tick('order_sync');
    expect(order).toEqual(['first before', 'second before', 'handler', 'second after', 'first after']);
  });

  it('surrounds each task of a daemon, and no other hook', async () => {
    @BackgroundDaemon({ interval: '1m' })
    class Mailer {
      startup(): void {
        seen.push('startup');
      }
      tick(): void {
        seen.push('tick');
      }
      @PeriodicTask({ interval: '1m' })
      compact(): void {
        seen.push('compact');
      }
    }
    const module = new ContainerModule(({ bind }) => {
      bind(RunInterceptor).toConstantValue(
        interceptor((run, next) => {
          seen.push(`around ${run.task}`);
          return next();
        }),
      );
    });
    const app = await createTestApplication({ listeners: [Mailer], modules: [module] });
    await app.start();
    await app.clock.advance('1m');
    expect(seen).toEqual(['startup', 'around tick', 'tick', 'around compact', 'compact']);
  });

  it('finds the async context of whoever triggered the run, which the handler does not', async () => {
    const request = new AsyncLocalStorage<string>();
    let last: InterceptedRun | undefined;
    handler = () => void seen.push(request.getStore());
    const { app } = await givenIntercepted(
      (context) => handler(context),
      (run, next) => {
        last = run;
        seen.push(run.inTriggerContext(() => request.getStore()));
        return next();
      },
    );
    await request.run('request 7', () => app.tick('order_sync'));
    expect(seen.splice(0)).toEqual(['request 7', undefined]);
    expect(last?.inTriggerContext(() => 'called')).toBeUndefined();
    await app.clock.advance('1m');
    expect(seen).toEqual([undefined, undefined]);
  });

  it('learns the error of the handler from next, and fails nothing by throwing it on', async () => {
    const broken = new Error('no orders');
    const { app } = await givenIntercepted(
      (context) => handler(context),
      async (_run, next) => {
        try {
          await next();
        } catch (error) {
          seen.push(error);
          throw error;
        }
      },
    );
    for (const fails of [
      () => Promise.reject(broken),
      () => {
        throw broken;
      },
    ]) {
      handler = fails;
      expect(await app.tick('order_sync')).toMatchObject({ outcome: 'failed', error: { message: 'no orders' } });
    }
    expect(seen).toEqual([broken, broken]);
    expect(app.logs.filter(({ message }) => message.includes('interceptor'))).toEqual([]);
  });
});

describe('What is bound as a RunInterceptor', () => {
  const starting = async (bound: (options: { bind: ContainerBind }) => void) => {
    const app = await createTestApplication({ listeners: [OrderSync], modules: [new ContainerModule(bound as never)] });
    return app.start().then(
      () => 'started',
      (error: unknown) => error,
    );
  };
  type ContainerBind = (id: unknown) => {
    toConstantValue(value: unknown): void;
    toDynamicValue(fn: () => unknown): void;
  };

  it('fails the boot when it has no around', async () => {
    expect(await starting(({ bind }) => bind(RunInterceptor).toConstantValue({ arround: 1 }))).toMatchObject({
      code: 'INTERCEPTOR_UNUSABLE',
      message: expect.stringContaining('Object has no method "around"') as string,
    });
  });

  it('fails the boot when its constructor throws', async () => {
    const error = await starting(({ bind }) =>
      bind(RunInterceptor).toDynamicValue(() => {
        throw new Error('no key');
      }),
    );
    expect(error).toMatchObject({ code: 'INTERCEPTOR_UNUSABLE', cause: { message: 'no key' } });
  });

  it('may inject the application and ordinary services', async () => {
    @injectable()
    class Names extends RunInterceptor {
      constructor(private readonly application: Application) {
        super();
      }
      around(_run: InterceptedRun, next: () => Promise<void>): unknown {
        seen.push(this.application.name);
        return next();
      }
    }
    const module = new ContainerModule(({ bind }) => {
      bind(Names).toSelf();
      bind(RunInterceptor).toService(Names);
    });
    const app = await createTestApplication({ name: 'shop', listeners: [OrderSync], modules: [module] });
    await app.start();
    await app.tick('order_sync');
    expect(seen).toEqual(['shop']);
  });

  it('comes from plugins as well, each after those of the application', async () => {
    const order: string[] = [];
    const named = (name: string) => {
      const made = interceptor((_run, next) => {
        order.push(name);
        return next();
      });
      return new ContainerModule(({ bind }) => void bind(RunInterceptor).toConstantValue(made));
    };
    const app = await createTestApplication({
      listeners: [OrderSync],
      modules: [named('application')],
      plugins: [
        { name: 'one', register: (context) => context.registerModule(named('one')) },
        { name: 'two', register: (context) => context.registerModule(named('two')) },
      ],
    });
    await app.start();
    await app.tick('order_sync');
    expect(order).toEqual(['application', 'one', 'two']);
  });
});
