import { ContainerModule, inject, injectable, postConstruct } from 'inversify';

import { BackgroundDaemon } from '../../decorators/listeners';
import { createTestApplication } from '../../src/testing';
import type { Class } from '../../src/container/Class';
import { problemsOf } from './support/planOf';
import { noUnhandledRejection } from '../support/noUnhandledRejection';

const BROKER = Symbol('broker');
const moduleOf = (load: ConstructorParameters<typeof ContainerModule>[0]): ContainerModule => new ContainerModule(load);

function givenUser(): Class {
  @BackgroundDaemon()
  class User {
    constructor(@inject(BROKER) readonly broker: unknown) {}
  }
  return User;
}

describe('A service that is made asynchronously', () => {
  it.each([
    [
      'the function that it is bound to',
      moduleOf(({ bind }) => void bind(BROKER).toDynamicValue(async () => Promise.resolve({}))),
    ],
    [
      'the function that it is bound to',
      moduleOf(({ bind }) => void bind(BROKER).toResolvedValue(async () => Promise.resolve({}))),
    ],
    [
      'its onActivation handler',
      moduleOf(
        ({ bind }) =>
          void bind(BROKER)
            .toDynamicValue(() => ({}))
            .inSingletonScope()
            .onActivation(async (_, broker) => Promise.resolve(broker)),
      ),
    ],
    [
      'an onActivation handler of its identifier',
      moduleOf(({ bind, onActivation }) => {
        bind(BROKER).toConstantValue({});
        onActivation(BROKER, async (_, broker) => Promise.resolve(broker));
      }),
    ],
  ])('is a problem of the plan that names %s', async (part, module) => {
    expect(await problemsOf({ listeners: [givenUser()], modules: [module] })).toMatchObject([
      {
        code: 'ASYNC_SERVICE',
        what: `"broker", which "User" needs, is made asynchronously: ${part} is async.`,
        fix: expect.stringContaining('await it where a module binds it') as string,
      },
    ]);
  });

  it('is a problem of the plan where its @postConstruct method is async, also that of a listener', async () => {
    @injectable()
    class Pool {
      @postConstruct()
      async connect(): Promise<void> {}
    }
    @injectable()
    class Orders {
      constructor(readonly pool: Pool) {}
    }
    @BackgroundDaemon()
    class Sync {
      constructor(readonly orders: Orders) {}
      @postConstruct()
      async prepare(): Promise<void> {}
    }

    expect(await problemsOf({ listeners: [Sync], services: [Orders, Pool] })).toMatchObject([
      { what: '"Sync" is made asynchronously: its @postConstruct method prepare() is async.' },
      {
        what: '"Pool", which "Orders" needs, is made asynchronously: its @postConstruct method connect() is async.',
        facts: { path: 'Sync -> Orders -> Pool' },
      },
    ]);
  });

  it('is a problem of the plan where it is bound to a promise', async () => {
    const module = moduleOf(({ bind }) => void bind(BROKER).toConstantValue(Promise.resolve({})));

    expect(await problemsOf({ listeners: [givenUser()], modules: [module] })).toMatchObject([
      {
        code: 'ASYNC_SERVICE',
        what: '"broker", which "User" needs, is made asynchronously: the value that it is bound to is a promise.',
      },
    ]);
  });

  it('is no problem where no listener needs it', async () => {
    const module = moduleOf(({ bind }) => void bind(BROKER).toDynamicValue(async () => Promise.resolve({})));

    expect(await problemsOf({ modules: [module] })).toEqual([]);
  });

  describe('and of which only its result shows that', () => {
    noUnhandledRejection();

    const fails = (): Promise<object> => Promise.reject(new Error('no broker at db:5432'));
    const poolOf = (make: () => Promise<object>) => {
      @injectable()
      class Pool {
        @postConstruct()
        connect(): Promise<object> {
          return make();
        }
      }
      return Pool;
    };
    const modules: [string, (make: () => Promise<object>) => ContainerModule][] = [
      [
        'of toDynamicValue',
        (make) => moduleOf(({ bind }) => void bind(BROKER).toDynamicValue(make).inSingletonScope()),
      ],
      ['of a transient', (make) => moduleOf(({ bind }) => void bind(BROKER).toDynamicValue(make).inTransientScope())],
      ['of toResolvedValue', (make) => moduleOf(({ bind }) => void bind(BROKER).toResolvedValue(make))],
      [
        'of an activation',
        (make) =>
          moduleOf(
            ({ bind }) =>
              void bind(BROKER)
                .toDynamicValue(() => ({}))
                .inSingletonScope()
                .onActivation(() => make()),
          ),
      ],
      [
        'of an activation of its identifier',
        (make) =>
          moduleOf(({ bind, onActivation }) => {
            bind(BROKER).toDynamicValue(() => ({}));
            onActivation(BROKER, () => make());
          }),
      ],
      [
        'of an activation that gives what can be awaited and is no promise of Node',
        (make) =>
          moduleOf(({ bind, onActivation }) => {
            bind(BROKER).toConstantValue({});
            // Such as that of a library with promises of its own.
            onActivation(BROKER, () => ({
              then: (...then: Parameters<Promise<object>['then']>) => make().then(...then),
            }));
          }),
      ],
      [
        'of a function that gives what can be awaited and is no promise of Node',
        (make) =>
          moduleOf(
            ({ bind }) =>
              void bind(BROKER).toDynamicValue(() => ({
                then: (...then: Parameters<Promise<object>['then']>) => make().then(...then),
              })),
          ),
      ],
      [
        'of an async activation that a factory hides',
        (make) =>
          moduleOf(({ bind, onActivation }) => {
            const hidden = Symbol('broker');
            bind(hidden).toConstantValue({});
            onActivation(hidden, async () => make());
            bind(BROKER).toDynamicValue(({ get }) => get(hidden));
          }),
      ],
      ['of a @postConstruct method', (make) => moduleOf(({ bind }) => void bind(BROKER).to(poolOf(make)))],
      [
        'of a @postConstruct method, and transient',
        (make) => moduleOf(({ bind }) => void bind(BROKER).to(poolOf(make)).inTransientScope()),
      ],
    ];

    it.each(modules)('fails the startup by its name, place and fix: %s', async (_which, moduleThat) => {
      const app = await createTestApplication({
        listeners: [givenUser()],
        modules: [moduleThat(() => Promise.resolve({}))],
      });
      await app.start();

      const [user] = app.status().listeners;
      expect(user).toMatchObject({ state: 'startup_failed', error: { code: 'ASYNC_SERVICE' } });
      expect(user?.error?.message).toMatch(
        /"(broker|Pool)" \(modules\[0\]\) is made asynchronously, .*\nTo fix this: await it where a module binds it/,
      );
    });

    it.each(modules)(
      'tells once why it has failed, which is no error of the application: %s',
      async (_which, moduleThat) => {
        const app = await createTestApplication({ listeners: [givenUser()], modules: [moduleThat(fails)] });
        await app.start();
        await app.clock.advance('1s');

        expect(
          app.logs.filter(({ error }) => String((error as Error | undefined)?.message).includes('db:5432')),
        ).toMatchObject([
          {
            level: 'warn',
            listener: 'user',
            message: expect.stringMatching(
              /"(broker|Pool)" \(modules\[0\]\), which is made asynchronously, has failed/,
            ) as string,
          },
        ]);
        expect(app.state).toBe('degraded');
        expect(await app.stop()).toMatchObject({ code: 0 });
      },
    );

    describe.each([
      ['that gives an instance', () => Promise.resolve({})],
      ['that fails', fails],
    ])('by an activation added to the container %s', (_which, make) => {
      it('fails the startup by the name of its identifier, and its rejection is told once', async () => {
        const module = moduleOf(({ bind }) => void bind(BROKER).toConstantValue({}));
        const app = await createTestApplication({ listeners: [givenUser()], modules: [module] });
        app.container.onActivation(BROKER, () => make());
        await app.start();
        await app.clock.advance('1s');

        const [user] = app.status().listeners;
        expect(user).toMatchObject({ state: 'startup_failed', error: { code: 'ASYNC_SERVICE' } });
        expect(user?.error?.message).toContain(
          '"broker" (an onActivation handler of the container) is made asynchronously',
        );
        expect(app.logs.filter(({ message }) => message.includes('has failed'))).toHaveLength(make === fails ? 1 : 0);
      });
    });

    it('is not given without its activation when the listener that needs it starts again', async () => {
      const seen: unknown[] = [];
      @BackgroundDaemon({ name: 'user' })
      class Reader {
        constructor(@inject(BROKER) broker: unknown) {
          seen.push(broker);
        }
      }
      const app = await createTestApplication({
        listeners: [Reader],
        modules: [
          moduleOf(({ bind, onActivation }) => {
            bind(BROKER)
              .toDynamicValue(() => Promise.resolve({ guarded: false }))
              .inSingletonScope();
            onActivation(BROKER, () => ({ guarded: true }));
          }),
        ],
      });
      await app.start();
      await app.clock.advance('1s');
      await app.restart('user', { reason: 'try again', by: 'a test' }).catch(() => undefined);

      expect(seen).not.toContainEqual({ guarded: false });
    });

    it('is made anew when the listener that needs it starts again', async () => {
      const made: string[] = [];
      const app = await createTestApplication({
        listeners: [givenUser()],
        modules: [
          moduleOf(
            ({ bind }) =>
              void bind(BROKER)
                .toDynamicValue(() => {
                  made.push('made');
                  return made.length === 1 ? fails() : {};
                })
                .inSingletonScope(),
          ),
        ],
      });
      await app.start();
      await app.clock.advance('1s');
      await app.restart('user', { reason: 'try again', by: 'a test' });

      expect(made).toEqual(['made', 'made']);
      expect(app.status().listeners).toMatchObject([{ state: 'running' }]);
    });
  });
});
