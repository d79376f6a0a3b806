import { join } from 'node:path';

import { createTestApplication } from '../../src/testing';
import { appOf, appWith, complaintsOf, matching, plannedPlugin, plugin, refusalOf } from './support/given';
import { appFiles, givenFolder, givenTrace, pluginFiles, write } from './support/givenPackages';

/** An application where marvin, eddie and zaphod are installed. */
function givenThree(): string {
  const names = ['marvin', 'eddie', 'zaphod'];
  const folder = givenFolder(appFiles(...names));
  for (const name of names) write(folder, pluginFiles(`node_modules/${name}`, { name, packageName: name }));
  return folder;
}

describe('plugins.enabled', () => {
  it('loads what it names, in its order, which is the priority', async () => {
    const trace = givenTrace();
    const app = await appWith(givenThree(), ['zaphod', 'marvin']);

    expect(trace).toEqual(['loaded zaphod', 'registered zaphod', 'loaded marvin', 'registered marvin']);
    expect(app.plan.plugins.map(({ name, state, priority }) => [name, state, priority])).toEqual([
      ['zaphod', 'enabled', 1],
      ['marvin', 'enabled', 2],
      ['eddie', 'found', undefined],
    ]);
    expect(app.plan.order).toEqual(['zaphod', 'marvin']);
  });

  it('counts a name that it gives twice once', async () => {
    const app = await appWith(givenThree(), ['eddie', 'eddie', 'marvin']);

    expect(app.plan.plugins.map(({ priority }) => priority)).toEqual([1, 2, undefined]);
  });

  it('may come from any layer of the configuration; the higher replaces the lower', async () => {
    const app = await appWith(givenThree(), ['marvin', 'eddie'], {
      config: { env: { DAEMONRY__PLUGINS__ENABLED: 'zaphod,eddie' } },
    });

    expect(app.plan.order).toEqual(['zaphod', 'eddie']);
    expect(app.plan.values.find(({ path }) => path === 'plugins.enabled')).toEqual({
      path: 'plugins.enabled',
      value: ['zaphod', 'eddie'],
      origin: 'DAEMONRY__PLUGINS__ENABLED',
    });
  });

  it('refuses a name that nobody brings, with a suggestion, and executes nothing of it', async () => {
    expect(await refusalOf(appWith(givenThree(), ['marvn', 'zaphod']))).toEqual([
      'PLUGIN_UNKNOWN: The plugin "marvn" is enabled, and not installed. Did you mean "marvin"?',
    ]);
  });

  it('says where it looked, and what is refused there', async () => {
    const folder = givenThree();
    write(folder, pluginFiles('node_modules/marvin', { manifest: { name: 'MARVIN' }, packageName: 'bad-marvin' }));
    const failure = (await appWith(folder, ['marvin']).catch((error: unknown) => error)) as Error;

    expect(failure.message).toContain(`looked in: ${folder}`);
    expect(failure.message).toContain('"daemonry.name" of the package "bad-marvin" is not a name.');
  });

  it('says that a test application looks nowhere, unless it is told', async () => {
    const creating = createTestApplication({ plugins: ['marvin'] });

    await expect(creating).rejects.toThrow('plugins.from is false');
  });

  it('reports every name at once, with everything else that is wrong', async () => {
    const creating = appWith(givenThree(), ['a-plugin', 'b-plugin'], {
      config: { values: { 'startup.concurrency': 0 } },
    });

    expect(await refusalOf(creating)).toEqual([
      matching(/^CONFIG_INVALID_VALUE/),
      matching(/^PLUGIN_UNKNOWN.*a-plugin/),
      matching(/^PLUGIN_UNKNOWN.*b-plugin/),
    ]);
  });

  it('names two packages that bring one plugin', async () => {
    const folder = givenThree();
    write(folder, pluginFiles('node_modules/eddie', { name: 'marvin', packageName: 'eddie' }));
    const failure = (await appWith(folder, ['marvin']).catch((error: unknown) => error)) as Error;

    expect(failure.message).toContain('PLUGIN_AMBIGUOUS: Two packages bring a plugin "marvin".');
    expect(failure.message).toContain(`marvin 1.2.3 (${join(folder, 'node_modules/marvin')})`);
    expect(failure.message).toContain(`eddie 1.2.3 (${join(folder, 'node_modules/eddie')})`);
  });

  it('does not mind two packages with one plugin that nobody enables', async () => {
    const folder = givenThree();
    write(folder, pluginFiles('node_modules/eddie', { name: 'marvin', packageName: 'eddie' }));

    expect((await appWith(folder, ['zaphod'])).plan.order).toEqual(['zaphod']);
  });
});

describe('plugins.disabled', () => {
  it('wins over plugins.enabled, and nothing of the plugin is executed', async () => {
    const trace = givenTrace();
    const app = await appWith(givenThree(), ['marvin', 'eddie'], { plugins: { disabled: ['marvin'] } });

    expect(trace).toEqual(['loaded eddie', 'registered eddie']);
    expect(plannedPlugin(app)).toMatchObject({ state: 'disabled', priority: 1, reason: 'plugins.disabled names it' });
    expect(plannedPlugin(app, 'eddie')).toMatchObject({ state: 'enabled', priority: 2 });
  });

  it('lets the configuration of listeners stand that only the plugin would bring', async () => {
    const app = await appWith(givenThree(), ['marvin'], {
      plugins: { disabled: ['marvin'] },
      config: {
        values: { 'listeners.marvin.startupTimeout': '1m', 'plugins.settings.marvin.mood': 'bad' },
        env: { DAEMONRY__LISTENERS__MARVIN__ENABLED: 'true' },
      },
    });

    expect(app.plan.order).toEqual([]);
  });

  it('warns of a name that nobody brings: it may be meant for another application', async () => {
    const app = await appWith(givenThree(), [], { plugins: { disabled: ['marvn'] } });

    expect(app.plan.warnings).toEqual([
      {
        code: 'PLUGIN_UNKNOWN',
        message: 'plugins.disabled names "marvn", which is not installed. Did you mean "marvin"?',
      },
    ]);
  });
});

describe('The configuration of plugins', () => {
  it.each([
    ['plugins', 'marvin', 'CONFIG_INVALID_VALUE'],
    ['plugins.enabled', 'marvin', 'CONFIG_INVALID_VALUE'],
    ['plugins.enabled', [1], 'CONFIG_INVALID_VALUE'],
    ['plugins.onFailure', 'shrug', 'CONFIG_INVALID_VALUE'],
    ['plugins.enable', ['marvin'], 'CONFIG_UNKNOWN_KEY'],
    ['plugins.settings.marvn', {}, 'CONFIG_UNKNOWN_KEY'],
    ['plugins.settings', 'gloomy', 'CONFIG_INVALID_VALUE'],
  ])('is refused where it does not fit: %s: %j', async (path, value, code) => {
    const creating = appWith(givenThree(), [], { config: { values: { [path]: value } } });

    expect(await refusalOf(creating)).toEqual([matching(new RegExp(`^${code}: `))]);
  });

  it('knows the listeners of the plugins that are loaded, and no others', async () => {
    const values = { 'listeners.marvin.startupTimeout': '1m' };
    const app = await appWith(givenThree(), ['marvin'], { config: { values } });
    expect(app.plan.listeners[0]?.startupTimeoutMs).toBe(60_000);

    const mistaken = appWith(givenThree(), ['marvin', 'eddie'], {
      config: { values: { 'listeners.marvn.enabled': true } },
    });
    expect(await refusalOf(mistaken)).toEqual([
      matching(/^CONFIG_UNKNOWN_KEY: "listeners.marvn".*Did you mean "marvin"/),
    ]);
  });

  it('keeps a plugin out whose listener it gets wrong, and lets the others in', async () => {
    const app = await appWith(givenThree(), ['eddie', 'marvin'], {
      config: { values: { 'listeners.marvin.startupTimeout': 'soon' } },
    });

    expect(app.plan.order).toEqual(['eddie']);
    expect(complaintsOf(app)).toEqual([matching(/^CONFIG_INVALID_VALUE: .*"listeners.marvin.startupTimeout"/)]);
  });
});

describe('A plugin given in code', () => {
  it('is enabled where it stands, beside installed ones', async () => {
    const given = plugin((context) => {
      context.registerBackgroundDaemon({ name: 'given' });
    }, 'given');
    const app = await createTestApplication({
      plugins: { from: givenThree(), enabled: ['eddie', { ...given, version: '2.0.0' }, 'marvin'] },
    });

    expect(app.plan.order).toEqual(['eddie', 'given', 'marvin']);
    expect(plannedPlugin(app, 'given')).toEqual({
      name: 'given',
      state: 'enabled',
      priority: 2,
      version: '2.0.0',
      problems: [],
      listeners: ['given'],
    });
  });

  it('may be given as a plain list', async () => {
    const app = await createTestApplication({ plugins: [plugin(() => undefined)] });

    expect(plannedPlugin(app)).toMatchObject({ state: 'enabled', listeners: [] });
  });

  it('can be disabled by operators', async () => {
    const app = await appOf(() => undefined, { config: { values: { 'plugins.disabled': ['marvin'] } } });

    expect(plannedPlugin(app).state).toBe('disabled');
  });
});

describe('The option plugins', () => {
  it.each([
    ['is a text', 'marvin', ['INVALID_OPTION: The option "plugins" of createApplication is invalid.']],
    ['has holes', [undefined], [matching(/^INVALID_OPTION: The option "plugins.enabled"/)]],
    ['holds a plugin without a name', [{ register() {} }], [matching(/^INVALID_OPTION: .*"plugins.enabled"/)]],
    ['holds a plugin without register', [{ name: 'm' }], [matching(/^INVALID_OPTION: .*"plugins.enabled"/)]],
    ['is misspelt', { path: ['x'] }, [matching(/^UNKNOWN_OPTION: .*"plugins.path".*Did you mean "paths"/)]],
    ['looks from a number', { from: 1 }, [matching(/^INVALID_OPTION: .*"plugins.from"/)]],
    ['has a policy that is none', { onFailure: 'shrug' }, [matching(/^INVALID_OPTION: .*"plugins.onFailure"/)]],
  ])('is refused when it %s', async (_, plugins, complaints) => {
    expect(await refusalOf(createTestApplication({ plugins: plugins as never }))).toEqual(complaints);
  });
});
