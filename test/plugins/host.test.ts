import { join } from 'node:path';

import { appWith, complaintsOf, matching, plannedPlugin } from './support/given';
import {
  appFiles,
  givenFolder,
  givenInstalled,
  givenTrace,
  hostVersion,
  installFramework,
  link,
  pluginFiles,
  write,
} from './support/givenPackages';

describe('The engine range of a plugin', () => {
  it.each(['*', `^${hostVersion}`, `>=${hostVersion} <99`])('lets a plugin in that fits: %s', async (engine) => {
    expect(plannedPlugin(await appWith(givenInstalled({ manifest: { engine } }), ['marvin'])).state).toBe('enabled');
  });

  it('refuses a plugin for another version, with both versions, and executes nothing of it', async () => {
    const trace = givenTrace();
    const app = await appWith(givenInstalled({ manifest: { engine: '^99' } }), ['marvin']);

    expect(complaintsOf(app)).toEqual([
      `PLUGIN_ENGINE_MISMATCH: The plugin "marvin" needs daemonry ^99, and this is ${hostVersion}.`,
    ]);
    expect(plannedPlugin(app)).toMatchObject({ state: 'refused', priority: 1 });
    expect(trace).toEqual([]);
  });
});

describe('Two copies of the framework in one tree', () => {
  const copy = { 'node_modules/daemonry/package.json': { name: 'daemonry', version: hostVersion } };

  it('are told apart by the paths of both, and nothing of the plugin is executed', async () => {
    const trace = givenTrace();
    const folder = givenInstalled();
    const own = join(folder, 'node_modules/daemonry-plugin-marvin');
    write(own, copy);
    const app = await appWith(folder, ['marvin']);

    expect(complaintsOf(app)).toEqual([
      'PLUGIN_FOREIGN_FRAMEWORK: The plugin "marvin" comes with a daemonry of its own.',
    ]);
    expect(plannedPlugin(app).problems[0]?.facts).toEqual({
      'daemonry in use': join(__dirname, '../..'),
      'daemonry of the plugin': join(own, 'node_modules/daemonry'),
    });
    expect(trace).toEqual([]);
  });

  it('are found where the plugin is linked from a folder with a copy of its own', async () => {
    const elsewhere = givenFolder({ ...pluginFiles('marvin'), ...copy });
    const folder = givenFolder(appFiles('daemonry-plugin-marvin'));
    installFramework(folder);
    link(join(folder, 'node_modules/daemonry-plugin-marvin'), join(elsewhere, 'marvin'));

    expect(complaintsOf(await appWith(folder, ['marvin']))).toEqual([matching(/^PLUGIN_FOREIGN_FRAMEWORK/)]);
  });

  it('are one where both reach the same folder', async () => {
    const folder = givenInstalled({ code: "require('daemonry').BackgroundDaemon; exports.register = () => {};" });
    installFramework(folder);

    expect(plannedPlugin(await appWith(folder, ['marvin'])).state).toBe('enabled');
  });

  it('do not matter to a plugin that finds none: it may do without', async () => {
    expect(plannedPlugin(await appWith(givenInstalled(), ['marvin'])).state).toBe('enabled');
  });
});

describe('The file of a plugin', () => {
  it.each([
    ['CommonJS', { code: 'exports.register = () => {};' }],
    ['CommonJS with a default export', { code: 'exports.default = { register() {} };' }],
    ['an ES module', { code: 'export function register() {}', packageJson: { type: 'module' } }],
    [
      'an ES module with a default export',
      { code: 'export default { register() {} }', packageJson: { type: 'module' } },
    ],
  ])('may be %s', async (_, given) => {
    expect(complaintsOf(await appWith(givenInstalled(given), ['marvin']))).toEqual([]);
  });

  it.each([
    ['exports no register', 'exports.start = () => {};', /exports no function "register" \(it exports start\)/],
    ['exports nothing', '', /\(it exports nothing\)/],
    ['exports a register that is no function', 'exports.register = true;', /exports no function "register"/],
    ['throws', "throw new Error('the file is broken');", /the file is broken/],
    ['has a syntax error', 'exports.register = (', /./],
    ['needs a package that is not there', "require('absent-package');", /absent-package/],
  ])('fails the plugin, not the application, when it %s', async (_, code, reason) => {
    const app = await appWith(givenInstalled({ code }), ['marvin']);

    expect(plannedPlugin(app)).toMatchObject({ state: 'failed', reason: matching(reason) });
  });

  it('shares the framework of the application: its listener classes are listeners', async () => {
    const code = `
      const { BackgroundDaemon } = require('daemonry');
      class Moods { startup() {} }
      BackgroundDaemon({ name: 'moods' })(Moods);
      exports.register = (context) => context.registerListener(Moods);`;
    const folder = givenInstalled({ code });
    installFramework(folder);
    const app = await appWith(folder, ['marvin']);

    expect(app.plan.listeners[0]).toMatchObject({ name: 'moods', className: 'Moods', pluginName: 'marvin' });
  });
});
