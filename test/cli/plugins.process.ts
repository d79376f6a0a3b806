import { givenApplication, type GivenApplication } from './support/givenApplication';
import { pluginFiles } from './support/pluginFiles';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

const MAIN = `
const { createApplication, runMain } = require('daemonry');
void runMain(() => createApplication({ name: 'host' }));
`;

const WORKS = `exports.register = ({ registerBackgroundDaemon }) =>
  registerBackgroundDaemon({ name: 'marvin', periodicTasks: [{ name: 'sigh', interval: '1m', tick: () => undefined }] });`;

describe('daemonry plugins', () => {
  let host: GivenApplication;
  beforeAll(() => {
    host = givenApplication({
      'package.json': JSON.stringify({
        name: 'host',
        dependencies: { works: '*', idle: '*', talks: '*', throws: '*', old: '*' },
      }),
      'main.js': MAIN,
      'talks.js': `console.log('the entry');${MAIN}`,
      ...pluginFiles('talks', "exports.register = ({ log }) => { console.log('the plugin'); log.info('the log'); };"),
      ...pluginFiles('works', WORKS),
      ...pluginFiles('idle', "console.log('executed'); exports.register = () => undefined;"),
      ...pluginFiles('throws', "exports.register = () => { throw new Error('no paranoia module'); };"),
      ...pluginFiles('old', "console.log('executed');", '^99'),
    });
  });

  it('shows what is enabled with its listeners, and what was only found, without executing that', async () => {
    const { code, stdout, stderr } = await host.daemonry(['plugins', 'main.js', '--set', 'plugins.enabled=works']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^1\. +works +enabled +works@1\.2\.3$/m);
    expect(stdout).toContain('listeners: marvin');
    expect(stdout).toMatch(/^- +idle +found +idle@1\.2\.3$/m);
    expect(stdout).not.toContain('executed');
  });

  it.each(['plan', 'check', 'config', 'plugins'])(
    'leaves the answer of %s to be read by programs, whatever the entry and its plugins write',
    async (command) => {
      const set = ['--set', 'plugins.enabled=talks,throws'];
      const { stdout, stderr } = await host.daemonry([command, 'talks.js', '--json', ...set]);
      expect(JSON.parse(stdout)).toBeInstanceOf(Object);
      for (const said of ['the entry', 'the plugin', 'the log', 'The plugin is not loaded'])
        expect(stderr).toContain(said);
    },
  );

  it('shows what was refused and what failed, and why, and ends with 2', async () => {
    const { code, stdout } = await host.daemonry(['plugins', 'main.js', '--set', 'plugins.enabled=works,throws,old']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/throws +failed/);
    expect(stdout).toContain('no paranoia module');
    expect(stdout).toMatch(/old +refused/);
    expect(stdout).toContain('^99');
  });

  it('is JSON when asked', async () => {
    const { stdout } = await host.daemonry(['plugins', 'main.js', '--json', '--set', 'plugins.enabled=works']);
    expect(JSON.parse(stdout)).toMatchObject({
      plugins: expect.arrayContaining([
        expect.objectContaining({ name: 'works', state: 'enabled', priority: 1 }),
      ]) as unknown,
      problems: [],
    });
  });

  it('shows the plugins of an application that is broken otherwise, then what is wrong', async () => {
    const set = ['--set', 'plugins.enabled=works', '--set', 'shutdown.grace=soon'];
    const { code, stdout, stderr } = await host.daemonry(['plugins', 'main.js', ...set]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^1\. +works +enabled/m);
    expect(stderr).toContain('"shutdown.grace" does not fit');
  });

  it('says so when there is none', async () => {
    const bare = givenApplication({ 'main.js': MAIN });
    const { code, stdout } = await bare.daemonry(['plugins', 'main.js']);
    expect(code).toBe(0);
    expect(stdout).toContain('No plugin was found');
  });
});
