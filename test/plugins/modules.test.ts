import { ContainerModule, inject, injectable, multiInject } from 'inversify';

import { Application, BackgroundDaemon, defineModule } from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { appOf, complaintsOf, matching, plannedPlugin, plugin, refusalOf } from './support/given';

@injectable()
class Store {
  readonly owner: string = 'application';
}

@BackgroundDaemon()
class Reader {
  constructor(readonly store: Store) {}
}

type Load = ConstructorParameters<typeof ContainerModule>[0];

const withModule = (load: Load): Promise<TestApplication> =>
  createTestApplication({
    listeners: [Reader],
    services: [Store],
    plugins: [
      plugin(({ registerModule }) => {
        registerModule(new ContainerModule(load));
      }),
    ],
  });

describe('A module of a plugin', () => {
  it('adds services and listeners, which inject what the application binds', async () => {
    class Mood {
      readonly level = 1;
    }
    @BackgroundDaemon()
    class Moods {
      constructor(
        readonly mood: Mood,
        readonly store: Store,
      ) {}
    }
    const app = await withModule(({ bind }) => {
      bind(Mood).toSelf();
      bind(Moods).toSelf();
    });

    expect(app.plan.order).toEqual(['reader', 'moods']);
    expect(app.listeners.get('moods')?.pluginName).toBe('marvin');
    expect(app.container.get(Moods).store).toBe(app.container.get(Store));
  });

  it('is loaded with what it needs, unless the application or another plugin has loaded that', async () => {
    const bound: string[] = [];
    const moduleOf = (name: string, needs: Parameters<typeof defineModule>[1]['needs'] = []) =>
      defineModule(name, { needs, bind: () => void bound.push(name) });
    const shared = moduleOf('shared');
    const moods = moduleOf('moods', [shared]);

    const app = await createTestApplication({
      modules: [shared],
      plugins: [
        plugin(({ registerModule }) => {
          registerModule(moduleOf('sighs', [moods]));
        }),
        plugin(({ registerModule }) => {
          registerModule(moduleOf('joys', [moods]));
        }, 'eddie'),
      ],
    });

    expect(bound).toEqual(['shared', 'moods', 'sighs', 'joys']);
    expect(app.plan.modules).toMatchObject([
      { name: 'shared', listed: true, neededBy: ['moods'] },
      { name: 'moods', listed: false, neededBy: ['sighs', 'joys'] },
      { name: 'sighs', listed: false, neededBy: [] },
      { name: 'joys', listed: false, neededBy: [] },
    ]);
    await app.stop();
  });

  it('fails its plugin when another plugin has a different one of that name', async () => {
    const moduleOf = () => defineModule('moods', { bind: () => undefined });
    const app = await createTestApplication({
      plugins: [
        plugin(({ registerModule }) => {
          registerModule(moduleOf());
        }, 'eddie'),
        plugin(({ registerModule }) => {
          registerModule(moduleOf());
        }),
      ],
    });

    expect(plannedPlugin(app, 'eddie').state).toBe('enabled');
    expect(complaintsOf(app)).toContainEqual(
      matching(/^AMBIGUOUS_MODULE: Two different modules have the name "moods"/),
    );
    await app.stop();
  });

  it('may be asynchronous', async () => {
    const app = await withModule(async ({ bind }) => {
      await Promise.resolve();
      bind('late').toConstantValue(1);
    });

    expect(app.container.get('late')).toBe(1);
  });

  it('adds to what the application collects', async () => {
    const GREETING = Symbol('greeting');
    @injectable()
    class Greeter {
      constructor(@multiInject(GREETING) readonly greetings: string[]) {}
    }
    const app = await createTestApplication({
      services: [Greeter],
      modules: [new ContainerModule(({ bind }) => void bind(GREETING).toConstantValue('hello'))],
      plugins: [
        plugin(({ registerModule }) => {
          registerModule(new ContainerModule(({ bind }) => void bind(GREETING).toConstantValue('sigh')));
        }),
      ],
    });

    expect(app.container.get(Greeter).greetings).toEqual(['hello', 'sigh']);
  });

  it('may intercept what it binds itself', async () => {
    const app = await withModule(({ bind, onActivation }) => {
      bind('mood').toDynamicValue(() => ({ level: 1 }));
      onActivation('mood', () => ({ level: 2 }));
    });

    expect(app.container.get('mood')).toEqual({ level: 2 });
  });
});

describe('A plugin may add and not rebind: it fails, and nothing of it is left, when it', () => {
  it.each<[string, Load, RegExp]>([
    ['rebinds', ({ rebind }) => void rebind(Store).toConstantValue({ owner: 'plugin' }), /rebinds "Store"/],
    ['unbinds', ({ unbind }) => void unbind(Store), /unbinds "Store"/],
    ['rebinds later', async ({ rebindAsync }) => void (await rebindAsync(Store)), /rebinds "Store"/],
    ['unbinds later', async ({ unbindAsync }) => unbindAsync(Store), /unbinds "Store"/],
    ['intercepts', ({ onActivation }) => void onActivation(Store, () => ({ owner: 'plugin' })), /intercepts "Store"/],
    [
      'listens to the end of',
      ({ onDeactivation }) => void onDeactivation(Store, () => undefined),
      /intercepts "Store"/,
    ],
    ['binds once more', ({ bind }) => void bind(Store).toSelf(), /binds "Store"/],
    ['leads elsewhere', ({ bind }) => void bind(Store).toService('other'), /binds "Store"/],
    [
      'takes the place of the framework',
      ({ bind }) => void bind(Application).toConstantValue({} as never),
      /"Application"/,
    ],
  ])('%s what is not its own', async (_, load, complaint) => {
    const app = await withModule((options) => {
      options.bind('trace').toConstantValue(1);
      return load(options);
    });
    await app.start();

    expect(app.container.get(Reader).store.owner).toBe('application');
    expect(app.container.isBound('trace')).toBe(false);
    expect(complaintsOf(app)).toContainEqual(matching(new RegExp(`^PLUGIN_REBINDS: .*${complaint.source}`)));
  });

  it('registers a listener class that the application has', async () => {
    const app = await createTestApplication({
      listeners: [Reader],
      services: [Store],
      plugins: [
        plugin(({ registerListener }) => {
          registerListener(Reader);
        }),
      ],
    });

    expect(app.listeners.get('reader')?.pluginName).toBeUndefined();
    expect(plannedPlugin(app).state).toBe('failed');
  });

  it('binds what a plugin of higher priority has bound', async () => {
    const binding = (name: string) =>
      plugin(({ registerModule }) => {
        registerModule(new ContainerModule(({ bind }) => void bind('mood').toConstantValue(name)));
      }, name);
    const app = await createTestApplication({ plugins: [binding('eddie'), binding('marvin')] });

    expect(app.container.get('mood')).toBe('eddie');
    expect(plannedPlugin(app).state).toBe('failed');
    expect(plannedPlugin(app, 'eddie').state).toBe('enabled');
  });
});

describe('What cannot work in the application fails the plugin that brings it, and no other:', () => {
  const absent = Symbol('absent');
  @BackgroundDaemon()
  class Needy {
    constructor(@inject(absent) readonly absent: unknown) {}
  }
  class Undecorated {}
  @BackgroundDaemon({ interval: -1 } as never)
  class Impatient {
    tick(): void {}
  }

  const cases: readonly (readonly [string, Parameters<typeof appOf>[0], RegExp])[] = [
    ['a dependency that nobody binds', ({ registerListener }) => registerListener(Needy), /^MISSING_BINDING/],
    ['a class without decorator', ({ registerListener }) => registerListener(Undecorated), /^NOT_A_LISTENER/],
    ['an invalid option of a decorator', ({ registerListener }) => registerListener(Impatient), /^INVALID_OPTION/],
    [
      'a name that nobody has',
      ({ registerBackgroundDaemon }) => registerBackgroundDaemon({ name: 'moods', dependsOn: ['nobody'] }),
      /^UNKNOWN_DEPENDENCY/,
    ],
    [
      'a cron pattern that is none',
      ({ registerBackgroundDaemon }) =>
        registerBackgroundDaemon({ name: 'moods', periodicTasks: [{ cron: 'daily', tick: () => undefined }] }),
      /^INVALID_SCHEDULE/,
    ],
    [
      'a module that throws',
      ({ registerModule }) =>
        registerModule(
          new ContainerModule(() => {
            throw new Error('no mood');
          }),
        ),
      /^MODULE_FAILED: .*plugin "marvin".*no mood/,
    ],
    ['something else than a module', ({ registerModule }) => registerModule({} as never), /^MODULE_FAILED/],
  ];

  it.each(cases)('%s', async (_, register, complaint) => {
    const app = await createTestApplication({
      listeners: [Reader],
      services: [Store],
      plugins: [
        plugin(({ registerBackgroundDaemon }) => {
          registerBackgroundDaemon({ name: 'cheerful' });
        }, 'eddie'),
        plugin(register),
        plugin(({ registerBackgroundDaemon }) => {
          registerBackgroundDaemon({ name: 'two_headed' });
        }, 'zaphod'),
      ],
    });

    expect(app.plan.order).toEqual(['reader', 'cheerful', 'two_headed']);
    expect(complaintsOf(app)).toContainEqual(matching(complaint));
  });

  it('a plugin may need what one of higher priority brings, and falls with it', async () => {
    const needing = plugin(({ registerBackgroundDaemon }) => {
      registerBackgroundDaemon({ name: 'second', dependsOn: ['first'] });
    }, 'zaphod');
    const bringing = plugin(({ registerBackgroundDaemon }) => {
      registerBackgroundDaemon({ name: 'first' });
    });

    expect((await createTestApplication({ plugins: [bringing, needing] })).plan.order).toEqual(['first', 'second']);
    const alone = await createTestApplication({ plugins: { enabled: [bringing, needing], disabled: ['marvin'] } });
    expect(complaintsOf(alone, 'zaphod')).toEqual([matching(/^UNKNOWN_DEPENDENCY/)]);
  });

  it('is a problem of the plan where a plugin that fails aborts the boot', async () => {
    const creating = appOf(({ registerListener }) => registerListener(Undecorated), {
      plugins: { onFailure: 'abort' },
    });

    expect(await refusalOf(creating)).toEqual([matching(/^NOT_A_LISTENER/)]);
  });

  it('does not hide what is wrong with the application itself', async () => {
    const creating = createTestApplication({
      listeners: [Needy],
      plugins: [
        plugin(({ registerListener }) => {
          registerListener(Undecorated);
        }),
      ],
    });

    expect(await refusalOf(creating)).toEqual(
      expect.arrayContaining([matching(/^MISSING_BINDING/), matching(/^NOT_A_LISTENER/)]),
    );
  });
});
