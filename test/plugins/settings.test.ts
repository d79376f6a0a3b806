import { IsIn, IsInt, Min, ValidateBy } from 'class-validator';
import { join } from 'node:path';

import { BackgroundDaemon, Nested, type PluginContext, Secret } from '../../src';
import { appOf, complaintsOf, matching, plannedPlugin } from './support/given';
import { givenFolder } from './support/givenPackages';

class Joint {
  @IsInt()
  pain = 1;
}

class MarvinSettings {
  @IsIn(['gloomy', 'worse'])
  mood = 'gloomy';

  @IsInt()
  @Min(1)
  level = 3;

  @Secret()
  token = 'none';

  @Nested(() => Joint)
  joint = new Joint();
}

const reading = (seen: unknown[]) => (context: PluginContext) => {
  seen.push(context.settings(MarvinSettings));
};

describe('The settings of a plugin', () => {
  it('are an object of its class, read under plugins.settings.<name> and deeply frozen', async () => {
    const seen: MarvinSettings[] = [];
    const app = await appOf(reading(seen), {
      config: { values: { 'plugins.settings.marvin': { mood: 'worse', joint: { pain: 7 } } } },
    });

    expect(plannedPlugin(app).state).toBe('enabled');
    expect(seen[0]).toBeInstanceOf(MarvinSettings);
    expect(seen[0]).toEqual({ mood: 'worse', level: 3, token: 'none', joint: { pain: 7 } });
    expect(Object.isFrozen(seen[0]) && Object.isFrozen(seen[0]?.joint)).toBe(true);
  });

  it('come from every layer, the environment and files of secrets included', async () => {
    const folder = givenFolder({
      'config/default.yaml': 'plugins: {settings: {marvin: {mood: worse, level: 4}}}',
      token: 'hush-hush\n',
    });
    const seen: MarvinSettings[] = [];
    const app = await appOf(reading(seen), {
      config: {
        directory: join(folder, 'config'),
        env: {
          DAEMONRY__PLUGINS__SETTINGS__MARVIN__LEVEL: '5',
          DAEMONRY__PLUGINS__SETTINGS__MARVIN__TOKEN_FILE: join(folder, 'token'),
        },
      },
    });

    expect(seen[0]).toMatchObject({ mood: 'worse', level: 5, token: 'hush-hush' });
    expect(app.plan.values.filter(({ path }) => path.startsWith('plugins.settings.'))).toEqual([
      { path: 'plugins.settings.marvin.mood', value: 'worse', origin: join(folder, 'config/default.yaml') },
      { path: 'plugins.settings.marvin.level', value: 5, origin: 'DAEMONRY__PLUGINS__SETTINGS__MARVIN__LEVEL' },
      {
        path: 'plugins.settings.marvin.token',
        value: '[redacted]',
        origin: 'DAEMONRY__PLUGINS__SETTINGS__MARVIN__TOKEN_FILE',
      },
      { path: 'plugins.settings.marvin.joint.pain', value: 1, origin: 'default' },
    ]);
  });

  it.each([
    ['an invalid value', { mood: 'happy' }, /^CONFIG_INVALID_VALUE: "plugins.settings.marvin.mood" is not valid/],
    ['a value of the wrong type', { level: 'high' }, /^CONFIG_INVALID_VALUE: "plugins.settings.marvin.level"/],
    ['an invalid inner value', { joint: { pain: 'much' } }, /"plugins.settings.marvin.joint.pain"/],
    ['an unknown key', { moods: 1 }, /^CONFIG_UNKNOWN_KEY: "plugins.settings.marvin.moods".*Did you mean "mood"/],
  ])('fail the plugin where they are wrong: %s', async (_, configured, complaint) => {
    const app = await appOf(reading([]), { config: { values: { 'plugins.settings.marvin': configured } } });
    await app.start();

    expect(app.status().state).toBe('running');
    expect(plannedPlugin(app)).toMatchObject({ state: 'failed' });
    expect(complaintsOf(app)).toEqual([matching(complaint)]);
  });

  it('tell everything that is wrong, and the variable it comes from', async () => {
    const app = await appOf(reading([]), {
      config: {
        env: { DAEMONRY__PLUGINS__SETTINGS__MARVIN__LEVEL: '0', DAEMONRY__PLUGINS__SETTINGS__MARVIN__MOOD: 'x' },
      },
    });

    expect(plannedPlugin(app).problems.map(({ facts }) => facts?.['from'])).toEqual([
      'DAEMONRY__PLUGINS__SETTINGS__MARVIN__MOOD',
      'DAEMONRY__PLUGINS__SETTINGS__MARVIN__LEVEL',
    ]);
  });

  it('are asked of validators that answer later as well', async () => {
    class Slow {
      @ValidateBy({
        name: 'slow',
        validator: { validate: () => Promise.resolve(false), defaultMessage: () => 'too slow' },
      })
      speed = 1;
    }
    const app = await appOf((context) => {
      context.settings(Slow);
    });

    expect(complaintsOf(app)).toEqual([matching(/too slow/)]);
  });

  it('are injected by their class into what the plugin brings', async () => {
    @BackgroundDaemon()
    class Moods {
      constructor(readonly settings: MarvinSettings) {}
    }
    const seen: unknown[] = [];
    const app = await appOf((context) => {
      reading(seen)(context);
      context.registerListener(Moods);
    });

    expect(app.container.get(Moods).settings).toBe(seen[0]);
  });

  it('are one object, however often they are asked for, of one class', async () => {
    class Others {}
    const seen: unknown[] = [];
    const app = await appOf((context) => {
      reading(seen)(context);
      reading(seen)(context);
    });
    expect(plannedPlugin(app).state).toBe('enabled');
    expect(seen[0]).toBe(seen[1]);

    const twice = await appOf((context) => {
      context.settings(MarvinSettings);
      context.settings(Others);
    });
    expect(complaintsOf(twice)).toEqual(['PLUGIN_INVALID_REGISTRATION: settings() is not given what it needs.']);
  });

  it('of a class that throws fail the plugin', async () => {
    class Broken {
      constructor() {
        throw new Error('no mood');
      }
    }
    const app = await appOf((context) => {
      context.settings(Broken);
    });

    expect(complaintsOf(app)).toEqual([matching(/^CONFIG_INVALID_VALUE: The settings class Broken threw.*no mood/)]);
  });

  it('must not be configured for a plugin that has none', async () => {
    const app = await appOf(() => undefined, { config: { values: { 'plugins.settings.marvin.mood': 'x' } } });

    expect(complaintsOf(app)).toEqual([matching(/"mood" is not a setting of the plugin "marvin"/)]);
  });
});

describe('A secret of a plugin', () => {
  const config = { values: { 'plugins.settings.marvin.token': 'hush-hush' } };

  it('is kept out of what the plugin logs while it registers, of its failure, and of the plan', async () => {
    const app = await appOf(
      (context) => {
        const { token } = context.settings(MarvinSettings);
        context.log.warn(`using ${token}`, { token });
        throw new Error(`cannot log in with ${token}`);
      },
      { config },
    );

    expect(plannedPlugin(app).reason).toBe('The plugin "marvin" failed: cannot log in with [redacted]');
    expect(JSON.stringify([app.logs, app.plan, app.plan.toText()])).not.toContain('hush-hush');
  });

  it('is kept out of the error where a plugin that fails aborts the boot', async () => {
    const creating = appOf(
      (context) => {
        throw new Error(`cannot log in with ${context.settings(MarvinSettings).token}`);
      },
      { config, plugins: { onFailure: 'abort' } },
    );

    await expect(creating).rejects.toThrow('cannot log in with [redacted]');
  });
});
