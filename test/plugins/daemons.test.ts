import { BackgroundDaemon, type PluginDaemon, type StartupContext, type TickContext } from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';
import { appOf, plugin } from './support/given';

const daemonOf = (daemon: PluginDaemon): Promise<TestApplication> =>
  appOf((context) => {
    context.registerBackgroundDaemon(daemon);
  });

describe('A daemon of plain functions', () => {
  it('is started, ticks on its schedule and is stopped, each function with the context of its hook', async () => {
    const calls: string[] = [];
    const app = await daemonOf({
      name: 'moods',
      startup: ({ name, defer }) => {
        calls.push(`${name} startup`);
        defer(() => void calls.push('disposed'));
      },
      ready: ({ name }) => void calls.push(`${name} ready`),
      shutdown: ({ reason }) => void calls.push(`shutdown: ${reason}`),
      periodicTasks: [{ interval: '1m', tick: ({ task, tickId }) => void calls.push(`${task} ${tickId}`) }],
    });
    await app.start();
    await app.clock.advance('2m');
    await app.stop('enough');

    expect(calls.map((call) => call.replace(/@.*/, ''))).toEqual([
      'moods startup',
      'moods ready',
      'tick moods.tick',
      'tick moods.tick',
      'shutdown: enough',
      'disposed',
    ]);
  });

  it('has a body that runs until the stop, and health', async () => {
    let stopped = false;
    const app = await daemonOf({
      name: 'moods',
      run: async ({ signal }) => {
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        stopped = true;
      },
      health: () => ({ status: 'down', details: { mood: 'gloomy' } }),
    });
    await app.start();
    expect((await app.health()).listeners).toEqual([{ name: 'moods', status: 'down', details: { mood: 'gloomy' } }]);
    await app.stop();

    expect(stopped).toBe(true);
  });

  it('shares its body and its tasks with other processes, as a class does, by its scope', async () => {
    const app = await daemonOf({
      name: 'moods',
      scope: 'cluster',
      run: async ({ sleep, commit, fencingToken }) => {
        tokens.push(commit(() => fencingToken));
        await sleep('1h');
      },
      periodicTasks: [{ interval: '1m', tick: ({ fencingToken }) => void tokens.push(fencingToken) }],
    });
    const tokens: unknown[] = [];
    await app.start();
    await app.clock.advance('1m');

    expect(app.plan.listeners[0]).toMatchObject({ runScope: 'cluster', tasks: [{ scope: 'cluster' }] });
    expect(tokens).toEqual([expect.any(BigInt), expect.any(BigInt)]);
    await app.stop();
  });

  it('may be written with methods, which keep their object', async () => {
    const daemon = {
      name: 'moods',
      level: 1,
      startup() {
        this.level = 2;
      },
    };
    const { level: _, ...known } = daemon;
    const app = await daemonOf({ ...known, startup: daemon.startup.bind(daemon) });
    await app.start();
    expect(daemon.level).toBe(2);

    class Moods implements PluginDaemon {
      readonly name = 'class_moods';
      started = false;
      startup(_context: StartupContext): void {
        this.started = true;
      }
    }
    const moods = new Moods();
    const { started, ...form } = moods;
    expect(started).toBe(false);
    const other = await daemonOf({ ...form, startup: (context) => moods.startup(context) });
    await other.start();
    expect(moods.started).toBe(true);
  });

  it('names its tasks after their functions', async () => {
    const cleanUp = (_: TickContext): void => undefined;
    const app = await daemonOf({
      name: 'moods',
      periodicTasks: [
        { interval: '1m', tick: cleanUp },
        { cron: '0 3 * * *', name: 'nightly', tick: () => undefined },
      ],
    });

    expect(app.plan.listeners[0]?.tasks.map(({ name, schedule }) => [name, schedule])).toEqual([
      ['clean_up', 'every 1m'],
      ['nightly', 'cron 0 3 * * * (UTC)'],
    ]);
  });

  it('is not fatal, unless it says so', async () => {
    const failing = { startup: () => Promise.reject(new Error('no mood')) };
    const app = await daemonOf({ name: 'moods', ...failing });
    await app.start();
    expect(app.status().state).toBe('degraded');

    const fatal = await daemonOf({ name: 'moods', ...failing, fatalOnStartupFailure: true });
    await expect(fatal.start()).rejects.toMatchObject({ name: 'BootError', listenerName: 'moods' });
  });

  it('keeps to its timeouts, to what it depends on and to its tags', async () => {
    @BackgroundDaemon()
    class Store {}
    const app = await createTestApplication({
      listeners: [Store],
      plugins: [
        plugin(({ registerBackgroundDaemon }) => {
          registerBackgroundDaemon({
            name: 'moods',
            startupTimeout: '1s',
            shutdownTimeout: '2s',
            dependsOn: [Store],
            tags: ['mood'],
          });
        }),
      ],
    });

    expect(app.plan.listeners[1]).toMatchObject({
      name: 'moods',
      startupTimeoutMs: 1_000,
      shutdownTimeoutMs: 2_000,
      tags: ['mood'],
      edges: [{ on: 'store', kind: 'dependsOn' }],
    });
  });

  it('can be configured like any other', async () => {
    const app = await appOf(
      ({ registerBackgroundDaemon }) => {
        registerBackgroundDaemon({ name: 'moods', periodicTasks: [{ interval: '1m', tick: () => undefined }] });
      },
      { config: { values: { 'listeners.moods.tasks.tick.interval': '5m' } } },
    );

    expect(app.plan.listeners[0]?.tasks[0]).toMatchObject({ schedule: 'every 5m', origins: { interval: 'values' } });
  });

  it('can be triggered, paused and explained by its name', async () => {
    const app = await daemonOf({ name: 'moods', periodicTasks: [{ interval: '1m', tick: () => undefined }] });
    await app.start();

    expect(await app.tick('moods')).toMatchObject({ listener: 'moods', task: 'tick', outcome: 'succeeded' });
    await app.pause('moods', { by: 'me', reason: 'quiet' });
    await app.clock.advance('1m');
    expect(app.runs('moods').at(-1)).toMatchObject({ outcome: 'skipped', reason: 'paused' });
  });
});

describe('The plugin of a listener', () => {
  @BackgroundDaemon()
  class Decorated {
    startup({ log }: StartupContext): void {
      log.info('up');
    }
  }

  const given = (): Promise<TestApplication> =>
    createTestApplication({
      listeners: [givenOwn()],
      plugins: [
        plugin(() => undefined, 'eddie'),
        plugin((context) => {
          context.registerListener(Decorated);
          context.registerBackgroundDaemon({ name: 'plain' });
        }),
      ],
    });

  function givenOwn(): new () => object {
    @BackgroundDaemon({ name: 'own' })
    class Own {}
    return Own;
  }

  it('is stamped on its entries, and on no others', async () => {
    const app = await given();
    const owners = (entries: readonly { name: string; pluginName?: string }[]): unknown =>
      entries.map(({ name, pluginName }) => [name, pluginName]);

    const expected = [
      ['own', undefined],
      ['decorated', 'marvin'],
      ['plain', 'marvin'],
    ];
    expect(owners(app.listeners.list())).toEqual(expected);
    expect(owners(app.daemons.list())).toEqual(expected);
    expect(owners(app.status().listeners)).toEqual(expected);
    expect(owners(app.plan.listeners)).toEqual(expected);
  });

  it('stands in the text of the plan, with its priority', async () => {
    const text = (await given()).plan.toText();

    expect(text).toMatch(/2\. decorated +daemon +not fatal \(flag\) +plugin marvin \(priority 2\)/);
    expect(text).toMatch(/^Plugins\n {2}1\. eddie +enabled +given in code\n {2}2\. marvin +enabled +given in code$/m);
  });

  it('is on every line that the listener logs, or that is logged of it', async () => {
    const app = await given();
    await app.start();
    await app.stop();
    const ofPlugin = app.logs.filter(({ pluginName }) => pluginName === 'marvin');

    expect(app.logs.filter(({ listener }) => listener === 'decorated' || listener === 'plain')).toEqual(ofPlugin);
    expect(ofPlugin.map(({ message }) => message)).toContain('up');
  });

  it('is named where two want one name; the first keeps it', async () => {
    const moods = plugin(({ registerBackgroundDaemon }) => {
      registerBackgroundDaemon({ name: 'own' });
    });
    const app = await createTestApplication({ listeners: [givenOwn()], plugins: [moods] });

    expect(app.listeners.get('own')?.pluginName).toBeUndefined();
    expect(app.plan.plugins[0]).toMatchObject({
      state: 'failed',
      problems: [{ code: 'DUPLICATE_NAME', facts: { second: expect.stringContaining('plugin "marvin"') as string } }],
    });
  });
});

describe('The events of an application', () => {
  it('reach a plugin; what it throws or rejects with is logged under its name', async () => {
    const heard: string[] = [];
    const app = await appOf(({ on }) => {
      on('application.started', () => {
        throw new Error('thrown');
      });
      on('application.started', () => Promise.reject(new Error('rejected')));
      on('application.stopping', ({ reason }) => void heard.push(reason));
    });
    await app.start();
    await app.stop('enough');

    expect(heard).toEqual(['enough']);
    expect(app.logs.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'a subscriber of application.started failed', pluginName: 'marvin', error: { message: 'thrown' } },
      { message: 'a subscriber of application.started failed', pluginName: 'marvin', error: { message: 'rejected' } },
    ]);
  });
});
