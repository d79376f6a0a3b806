import { ContainerModule, inject, injectable, postConstruct } from 'inversify';

import { BackgroundDaemon } from '../../decorators/listeners';
import { createTestApplication } from '../../src/testing';
import type { Class } from '../../src/container/Class';
import { problemsOf } from './support/planOf';

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

  it('is no problem where no listener needs it', async () => {
    const module = moduleOf(({ bind }) => void bind(BROKER).toDynamicValue(async () => Promise.resolve({})));

    expect(await problemsOf({ modules: [module] })).toEqual([]);
  });

  it('fails the startup by name where only its result shows it', async () => {
    const app = await createTestApplication({
      listeners: [givenUser()],
      modules: [
        moduleOf(
          ({ bind }) =>
            void bind(BROKER)
              .toDynamicValue(() => Promise.resolve({}))
              .inSingletonScope(),
        ),
      ],
    });
    await app.start();

    expect(app.status().listeners).toMatchObject([
      {
        state: 'startup_failed',
        error: { code: 'ASYNC_SERVICE', message: expect.stringContaining('broker') as string },
      },
    ]);
  });
});
