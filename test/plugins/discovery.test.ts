import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { appWith, complaintsOf, matching, plannedPlugin, refusalOf } from './support/given';
import { appFiles, givenFolder, givenInstalled, givenTrace, link, pluginFiles, write } from './support/givenPackages';

const MARVIN = 'daemonry-plugin-marvin';

describe('A plugin is found among the installed packages of the application:', () => {
  it('as npm and Yarn install it, beside the others', async () => {
    const folder = givenInstalled();
    const app = await appWith(folder, ['marvin']);

    expect(plannedPlugin(app)).toEqual({
      name: 'marvin',
      state: 'enabled',
      priority: 1,
      package: MARVIN,
      version: '1.2.3',
      folder: join(folder, 'node_modules', MARVIN),
      file: join(folder, 'node_modules', MARVIN, 'plugin.js'),
      problems: [],
      listeners: ['marvin'],
    });
  });

  it('under a scoped name', async () => {
    const folder = givenInstalled({ packageName: '@acme/marvin' });

    expect(plannedPlugin(await appWith(folder, ['marvin'])).package).toBe('@acme/marvin');
  });

  it('as pnpm installs it, through links into its store', async () => {
    const folder = givenFolder(appFiles(MARVIN));
    const stored = join(folder, 'node_modules/.pnpm/daemonry-plugin-marvin@1.2.3/node_modules', MARVIN);
    write('/', pluginFiles(stored));
    link(join(folder, 'node_modules', MARVIN), stored);

    expect(plannedPlugin(await appWith(folder, ['marvin']))).toMatchObject({ state: 'enabled', folder: stored });
  });

  it('of a workspace, hoisted above the application and linked to its source', async () => {
    const root = givenFolder({ 'package.json': { name: 'root', workspaces: ['packages/*'] } });
    write(join(root, 'packages/app'), appFiles(MARVIN));
    write(root, pluginFiles('packages/marvin'));
    link(join(root, 'node_modules', MARVIN), join(root, 'packages/marvin'));
    const app = await appWith(join(root, 'packages/app'), ['marvin']);

    expect(plannedPlugin(app)).toMatchObject({ state: 'enabled', folder: join(root, 'packages/marvin') });
  });

  it('of an application that is itself reached through a link', async () => {
    const folder = givenInstalled();
    const linked = join(givenFolder(), 'current');
    link(linked, folder);

    expect(plannedPlugin(await appWith(linked, ['marvin'])).state).toBe('enabled');
  });

  it('from a folder inside the application', async () => {
    const folder = givenInstalled();
    write(folder, { 'dist/main.js': '' });

    expect(plannedPlugin(await appWith(join(folder, 'dist'), ['marvin'])).state).toBe('enabled');
  });

  it('when its package.json, and that of the application, begin with a byte order mark', async () => {
    const folder = givenInstalled();
    for (const file of ['package.json', `node_modules/${MARVIN}/package.json`]) {
      write(folder, { [file]: `\uFEFF${readFileSync(join(folder, file), 'utf8')}` });
    }

    expect(plannedPlugin(await appWith(folder, ['marvin']))).toMatchObject({ state: 'enabled', version: '1.2.3' });
  });

  it('among its optional dependencies, where it was installed', async () => {
    const folder = givenInstalled();
    write(folder, { 'package.json': { name: 'app', optionalDependencies: { [MARVIN]: '*', absent: '*' } } });

    expect((await appWith(folder, ['marvin'])).plan.plugins.map(({ name }) => name)).toEqual(['marvin']);
  });

  it('the nearest copy, where there are two', async () => {
    const root = givenFolder({ ...appFiles(MARVIN), ...pluginFiles(`node_modules/${MARVIN}`) });
    write(join(root, 'app'), { ...appFiles(MARVIN), ...pluginFiles(`node_modules/${MARVIN}`) });

    const { folder } = plannedPlugin(await appWith(join(root, 'app'), ['marvin']));
    expect(folder).toBe(join(root, 'app/node_modules', MARVIN));
  });

  it('when its package declares sections of modules as well', async () => {
    const folder = givenInstalled({ manifest: { sections: { shop: 'daemonry-plugin-marvin/shop' } } });

    expect(plannedPlugin(await appWith(folder, ['marvin'])).state).toBe('enabled');
  });

  it('even when the package hides its package.json from others', async () => {
    const folder = givenInstalled({ packageJson: { exports: { './plugin.js': './plugin.js' } } });

    expect(plannedPlugin(await appWith(folder, ['marvin'])).state).toBe('enabled');
  });
});

describe('A plugin is not found', () => {
  it.each([
    ['as a dependency of another package', { [`node_modules/other/node_modules/${MARVIN}`]: ['other'] }],
    ['in node_modules, where nobody depends on it', { [`node_modules/${MARVIN}`]: [] }],
  ])('%s', async (_, places) => {
    const [[place, dependencies]] = Object.entries(places) as [[string, string[]]];
    const folder = givenFolder({
      ...appFiles(...dependencies),
      'node_modules/other/package.json': { name: 'other', dependencies: { [MARVIN]: '*' } },
      ...pluginFiles(place),
    });

    expect((await appWith(folder, [])).plan.plugins).toEqual([]);
  });

  it('among development dependencies: it would not be there in production', async () => {
    const folder = givenInstalled();
    write(folder, { 'package.json': { name: 'app', devDependencies: { [MARVIN]: '*' } } });

    expect((await appWith(folder, [])).plan.plugins).toEqual([]);
  });

  it('in a package that only declares which sections its modules read', async () => {
    const folder = givenInstalled({ packageJson: { daemonry: { sections: { shop: 'daemonry-plugin-marvin/shop' } } } });

    expect((await appWith(folder, [])).plan.plugins).toEqual([]);
  });

  it('by a test application that does not say where', async () => {
    const folder = givenInstalled();

    expect((await appWith(folder, [], { plugins: { from: false } })).plan.plugins).toEqual([]);
  });
});

describe('Discovery', () => {
  it('executes nothing of a plugin that is not enabled', async () => {
    const trace = givenTrace();
    const folder = givenInstalled();
    const app = await appWith(folder, []);

    expect(plannedPlugin(app)).toMatchObject({ state: 'found', listeners: [] });
    expect(trace).toEqual([]);
  });

  it('passes over packages that are no plugins', async () => {
    const folder = givenFolder({ ...appFiles('other'), 'node_modules/other/package.json': { name: 'other' } });

    expect((await appWith(folder, [])).plan.plugins).toEqual([]);
  });

  it('survives an installed package.json that cannot be read, and names it', async () => {
    const folder = givenFolder({ ...appFiles('other'), 'node_modules/other/package.json': '{' });

    expect(plannedPlugin(await appWith(folder, []), 'other')).toMatchObject({
      state: 'refused',
      reason: matching(/cannot be read/),
    });
  });

  it('does not wait for an installed package.json that is a pipe', async () => {
    const folder = givenFolder({ ...appFiles('other'), 'node_modules/other/index.js': '' });
    execFileSync('mkfifo', [join(folder, 'node_modules/other/package.json')]);

    expect(plannedPlugin(await appWith(folder, []), 'other')).toMatchObject({
      reason: matching(/is a pipe, not a file/),
    });
  });

  it('refuses the application when its own package.json cannot be read', async () => {
    const folder = givenFolder({ 'package.json': '{' });

    expect(await refusalOf(appWith(folder, []))).toEqual([
      matching(/^CONFIG_UNREADABLE: The package.json of the application cannot be read/),
    ]);
  });
});

describe('plugins.paths', () => {
  it('names folders that are packages, relative to the application', async () => {
    const folder = givenFolder({ ...appFiles(), ...pluginFiles('plugins/marvin') });
    const app = await appWith(folder, ['marvin'], { plugins: { paths: ['plugins/marvin'] } });

    expect(plannedPlugin(app)).toMatchObject({ state: 'enabled', folder: join(folder, 'plugins/marvin') });
  });

  it('come after the installed packages, and count a package that is there already once', async () => {
    const folder = givenInstalled();
    write(folder, pluginFiles('plugins/eddie', { name: 'eddie', packageName: 'eddie' }));
    const paths = ['plugins/eddie', `node_modules/${MARVIN}`, 'plugins/eddie'];
    const app = await appWith(folder, [], { plugins: { paths } });

    expect(app.plan.plugins.map(({ name }) => name)).toEqual(['marvin', 'eddie']);
  });

  it.each([
    ['is not there', 'plugins/absent', 'absent', /cannot be read/],
    ['is no plugin', 'plugins/plain', 'plain', /no plugin: its package.json has no "daemonry"/],
  ])('refuses a folder that %s', async (_, path, name, reason) => {
    const folder = givenFolder({ ...appFiles(), 'plugins/plain/package.json': { name: 'plain' } });
    const app = await appWith(folder, [], { plugins: { paths: [path] } });

    expect(plannedPlugin(app, name)).toMatchObject({ state: 'refused', reason: matching(reason) });
  });
});

describe('The manifest', () => {
  it.each([
    ['is a text', { daemonry: './plugin.js' }, /is not a manifest/],
    ['is a list', { daemonry: [] }, /is not a manifest/],
    ['is empty', { daemonry: {} }, /"daemonry.name".*is not a name.*"daemonry.plugin"/],
    ['has a name that is no text', { daemonry: { name: 7, plugin: './plugin.js' } }, /"daemonry.name"/],
    ['has a name with capitals', { daemonry: { name: 'Marvin', plugin: './plugin.js' } }, /"daemonry.name"/],
    ['has a forbidden name', { daemonry: { name: 'constructor', plugin: './plugin.js' } }, /"daemonry.name"/],
    ['leaves its package', { daemonry: { name: 'm', plugin: '../other/plugin.js' } }, /not a path inside/],
    ['names an absolute path', { daemonry: { name: 'm', plugin: '/plugin.js' } }, /not a path inside/],
    ['names the package itself', { daemonry: { name: 'm', plugin: '.' } }, /not a path inside/],
    ['names a file that is not there', { daemonry: { name: 'm', plugin: './dist/plugin.js' } }, /is not there/],
    ['has a misspelt key', { daemonry: { name: 'm', plugin: './plugin.js', engines: '1' } }, /Did you mean "engine"/],
    ['has a range that is none', { daemonry: { name: 'm', plugin: './plugin.js', engine: 'one' } }, /not a range/],
    ['has a range that is no text', { daemonry: { name: 'm', plugin: './plugin.js', engine: 1 } }, /not a range/],
  ])('that %s is refused', async (_, packageJson, reason) => {
    const trace = givenTrace();
    const app = await appWith(givenInstalled({ packageJson }), []);
    const [refused] = app.plan.plugins;

    expect(refused).toMatchObject({ state: 'refused', reason: matching(reason), package: MARVIN });
    expect(refused?.problems.every(({ code, fix }) => code === 'PLUGIN_MANIFEST_INVALID' && fix !== '')).toBe(true);
    expect(trace).toEqual([]);
  });

  it('is refused under the name of the package, where it has no other', async () => {
    const folder = givenInstalled({ packageJson: { daemonry: {} } });
    const app = await appWith(folder, [MARVIN]);

    expect(complaintsOf(app, MARVIN)).toHaveLength(2);
    expect(app.logs.some(({ level, message }) => level === 'warn' && message.includes('not loaded'))).toBe(true);
  });

  it('may stand in a package without a version', async () => {
    const folder = givenInstalled({ packageJson: { version: undefined } });

    expect(plannedPlugin(await appWith(folder, ['marvin']))).not.toHaveProperty('version');
  });
});
