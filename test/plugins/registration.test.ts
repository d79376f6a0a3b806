import { ContainerModule } from 'inversify';

import { BackgroundDaemon, PluginError, type PluginContext } from '../../src';
import { assemble } from '../../src/application/assemble';
import { planFrom } from '../../src/application/planFrom';
import { DaemonApplication } from '../../src/application/DaemonApplication';
import { createTestApplication, VirtualClock } from '../../src/testing';
import { appOf, appWith, complaintsOf, matching, plannedPlugin, plugin, refusalOf } from './support/given';
import { givenInstalled } from './support/givenPackages';

@BackgroundDaemon()
class Moods {}

/** Registers one of everything. */
function registerAll(context: PluginContext, heard: string[] = []): void {
  context.registerBackgroundDaemon({ name: 'first' });
  context.registerListener(Moods);
  context.registerModule(new ContainerModule(({ bind }) => void bind('token').toConstantValue(1)));
  context.registerIdentityProvider(() => ({ name: 'Marvin', prompt: 'Sigh.' }));
  context.on('application.started', () => void heard.push('heard'));
}

describe('A registration', () => {
  it('takes effect as a whole', async () => {
    const heard: string[] = [];
    const app = await appOf((context) => {
      registerAll(context, heard);
    });
    await app.start();

    expect(plannedPlugin(app).listeners).toEqual(['first', 'moods']);
    expect(app.container.get('token')).toBe(1);
    expect(heard).toEqual(['heard']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no mood');
      },
    ],
    [
      'rejects',
      async () => {
        await Promise.resolve();
        throw new Error('no mood');
      },
    ],
  ])('leaves nothing behind when register %s, and the boot goes on', async (_, end) => {
    const heard: string[] = [];
    const app = await appOf((context) => {
      registerAll(context, heard);
      return end();
    });
    await app.start();

    expect(app.status().state).toBe('running');
    expect(app.listeners.list()).toEqual([]);
    expect(app.container.isBound('token')).toBe(false);
    expect(app.container.isBound(Moods)).toBe(false);
    expect(heard).toEqual([]);
    expect(plannedPlugin(app)).toMatchObject({
      state: 'failed',
      listeners: [],
      problems: [{ code: 'PLUGIN_FAILED', what: 'The plugin "marvin" failed: no mood' }],
      error: { name: 'Error', message: 'no mood' },
    });
  });

  it('waits for a register that is asynchronous', async () => {
    const app = await appOf(async (context) => {
      await Promise.resolve();
      context.registerBackgroundDaemon({ name: 'late' });
    });

    expect(app.plan.order).toEqual(['late']);
  });

  it('lets the other plugins in', async () => {
    const app = await createTestApplication({
      plugins: [
        plugin(() => {
          throw new Error('no mood');
        }),
        plugin((context) => {
          context.registerBackgroundDaemon({ name: 'cheerful' });
        }, 'eddie'),
      ],
    });

    expect(app.plan.order).toEqual(['cheerful']);
  });

  it('lets a plugin in that needs one which comes after it, although another one fails', async () => {
    const daemon = (name: string, needs?: string): ReturnType<typeof plugin> =>
      plugin(({ registerBackgroundDaemon }) => {
        registerBackgroundDaemon({ name: `${name}_daemon`, ...(needs === undefined ? {} : { dependsOn: [needs] }) });
      }, name);
    const enabled = [daemon('first', 'second_daemon'), daemon('second'), daemon('third', 'nobody')];

    const app = await createTestApplication({ plugins: { enabled } });

    expect(app.plan.plugins.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'first enabled',
      'second enabled',
      'third failed',
    ]);
    expect(app.plan.order).toEqual(['second_daemon', 'first_daemon']);
  });

  it('knows things that are thrown and are no errors', async () => {
    const app = await appOf(() => {
      throw 'a text';
    });

    expect(plannedPlugin(app).reason).toContain('a text');
  });

  it('is given up after a while', async () => {
    const clock = new VirtualClock();
    let signal: AbortSignal | undefined;
    const creating = planFrom({
      name: 'test',
      clock,
      logger: { log: () => undefined },
      config: { directory: false, env: false },
      plugins: {
        from: false,
        enabled: [
          plugin((context) => {
            ({ signal } = context);
            return new Promise(() => undefined);
          }),
        ],
      },
    });
    await clock.advance('30s');
    const app = assemble(await creating, (parts) => new DaemonApplication(parts));

    expect(app.plan.plugins[0]?.reason).toBe('The plugin "marvin" failed: it did not finish within 30s');
    expect(signal?.aborted).toBe(true);
  });

  it('is over once register has resolved', async () => {
    let kept: PluginContext | undefined;
    await appOf((context) => {
      kept = context;
    });

    expect(() => kept?.on('run.finished', () => undefined)).toThrow(PluginError);
    expect(() => kept?.registerBackgroundDaemon({ name: 'late' })).toThrow('after its registration');
  });

  it('works with a context that is taken apart', async () => {
    const app = await appOf(({ registerBackgroundDaemon, name, application }) => {
      registerBackgroundDaemon({ name: `${name}_of_${application}` });
    });

    expect(app.plan.order).toEqual(['marvin_of_test']);
  });
});

describe('A plugin that failed', () => {
  it('is told in the log with its package, version, file and cause', async () => {
    const folder = givenInstalled({ code: "exports.register = () => { throw new Error('no mood'); };" });
    const app = await appWith(folder, ['marvin']);

    expect(app.logs.find(({ level }) => level === 'warn')).toMatchObject({
      message: 'The plugin is not loaded; the application goes on without it',
      pluginName: 'marvin',
      package: 'daemonry-plugin-marvin',
      version: '1.2.3',
      file: `${folder}/node_modules/daemonry-plugin-marvin/plugin.js`,
      error: { message: 'no mood' },
    });
  });

  it('stands in the plan, in its warnings and in its text', async () => {
    const app = await appOf(() => {
      throw new Error('no mood');
    });

    expect(app.plan.warnings).toEqual([
      { code: 'PLUGIN_FAILED', message: 'The plugin "marvin" is not loaded: The plugin "marvin" failed: no mood' },
    ]);
    expect(app.plan.toText()).toMatch(
      /^Plugins\n {2}1\. marvin +failed +given in code: The plugin "marvin" failed: no mood$/m,
    );
    expect(JSON.parse(JSON.stringify(app.plan))).toMatchObject({ plugins: [{ name: 'marvin', state: 'failed' }] });
  });

  it("aborts the boot with plugins.onFailure: 'abort', everything else that is wrong told as well", async () => {
    const creating = appOf(
      () => {
        throw new Error('no mood');
      },
      { plugins: { onFailure: 'abort' }, config: { values: { 'startup.concurrency': 0 } } },
    );

    expect(await refusalOf(creating)).toEqual([
      matching(/^CONFIG_INVALID_VALUE/),
      'PLUGIN_FAILED: The plugin "marvin" is not loaded, and plugins.onFailure is "abort".',
    ]);
    await expect(creating).rejects.toThrow('PLUGIN_FAILED: The plugin \\"marvin\\" failed: no mood');
  });

  it('aborts the boot as well when it is refused', async () => {
    const folder = givenInstalled({ manifest: { engine: '^99' } });
    const creating = appWith(folder, ['marvin'], { config: { values: { 'plugins.onFailure': 'abort' } } });

    expect(await refusalOf(creating)).toEqual([matching(/^PLUGIN_FAILED/)]);
    await expect(creating).rejects.toThrow('needs daemonry ^99');
  });
});

describe('What is registered with bad types', () => {
  const nonsense = (register: (context: Record<string, (...args: unknown[]) => unknown>) => void) =>
    appOf((context) => {
      register(context as unknown as Parameters<typeof register>[0]);
    });

  it.each([
    ['nothing', undefined, /not an object/],
    ['a list', [], /not an object/],
    ['no name', {}, /registered without a name/],
    ['a name that is no text', { name: 7 }, /7 cannot be the name/],
    ['a name with spaces', { name: 'bad mood' }, /'bad mood' cannot be the name/],
    ['a startup that is no function', { name: 'moods', startup: true }, /"startup" of .*"moods" is not a function/],
    ['a run that is no function', { name: 'moods', run: {} }, /"run" of .* is not a function/],
    ['a timeout below zero', { name: 'moods', shutdownTimeout: -5 }, /"shutdownTimeout" of .*"moods" does not fit/],
    ['a flag that is a text', { name: 'moods', fatalOnStartupFailure: 'yes' }, /"fatalOnStartupFailure"/],
    ['a misspelt key', { name: 'moods', shutDown() {} }, /"shutDown" is not known.*Did you mean "shutdown"/],
    ['the interval in the wrong place', { name: 'moods', interval: '1m' }, /"interval" is not known/],
    ['tasks that are no list', { name: 'moods', periodicTasks: {} }, /"periodicTasks" of .* is not a list/],
    ['a task that is no object', { name: 'moods', periodicTasks: [7] }, /periodicTasks\[0\] of .* is not an object/],
    ['a task without tick', { name: 'moods', periodicTasks: [{ interval: '1m' }] }, /"tick" of .* is not a function/],
    [
      'a negative interval',
      { name: 'moods', periodicTasks: [{ interval: -1, tick() {} }] },
      /"interval" of periodicTasks\[0\] of the background daemon "moods" does not fit/,
    ],
    [
      'both schedules',
      { name: 'moods', periodicTasks: [{ interval: '1m', cron: '* * * * *', tick() {} }] },
      /both "interval" and "cron"/,
    ],
    [
      'two tasks of one name',
      {
        name: 'moods',
        periodicTasks: [
          { interval: '1m', tick() {} },
          { interval: '2m', tick() {} },
        ],
      },
      /Two periodic tasks .* are called "tick"/,
    ],
    ['a task with a bad name', { name: 'moods', periodicTasks: [{ name: 'A b', tick() {} }] }, /cannot be the name of/],
    ['an option of a class', { name: 'moods', maxStarts: 2 }, /"maxStarts" is not known/],
    ['a scope that is none', { name: 'moods', scope: 'clusters' }, /"scope" of .*"moods" does not fit/],
    ['a restart that is none', { name: 'moods', restart: { dealy: '1s' } }, /Did you mean "delay"/],
  ])('is refused: %s', async (_, daemon, complaint) => {
    const app = await nonsense(({ registerBackgroundDaemon }) => registerBackgroundDaemon?.(daemon));

    expect(plannedPlugin(app)).toMatchObject({ state: 'failed', reason: matching(complaint) });
    expect(plannedPlugin(app).problems.every(({ fix }) => fix !== '')).toBe(true);
  });

  it.each([
    ['a listener that is no class', 'registerListener', [{}]],
    ['a module that is none', 'registerModule', [undefined]],
    ['an identity provider that is no function', 'registerIdentityProvider', [{ name: 'Marvin' }]],
    ['a subscriber that is no function', 'on', ['run.finished', 'x']],
    ['a subscriber of which a call would run nothing', 'on', ['run.finished', function* () {}]],
    ['an identity provider of which a call would run nothing', 'registerIdentityProvider', [async function* () {}]],
    ['an event that is none', 'on', ['run.finish', () => undefined]],
  ])('is refused: %s', async (_, method, args) => {
    const app = await nonsense((context) => context[method]?.(...args));

    expect(complaintsOf(app)).toEqual([`PLUGIN_INVALID_REGISTRATION: ${method}() is not given what it needs.`]);
  });

  it('is told all at once, over all registrations', async () => {
    const app = await nonsense(({ registerBackgroundDaemon, on }) => {
      registerBackgroundDaemon?.({ startup: 1, shutdown: 2, periodicTasks: [{ interval: -1 }] });
      on?.('nothing', undefined);
    });

    expect(plannedPlugin(app).problems).toHaveLength(7);
  });
});
