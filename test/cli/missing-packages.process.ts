import { compiledOrders } from './support/compiledOrders';
import { givenApplication, type GivenApplication } from './support/givenApplication';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

const MAIN = `
  const { createApplication, defineModule, Listener, runMain, Settings } = require('daemonry');
  class PressSettings { constructor() { this.kind = 'offset'; } }
  Settings('press')(PressSettings);
  class Press { constructor(settings) {} }
  Listener({ name: 'press' })(Press);
  Reflect.defineMetadata('design:paramtypes', [PressSettings], Press);
  const press = defineModule('press', {
    packages: (settings) => {
      if (settings(PressSettings).kind !== 'offset') return [];
      return [() => require('ink'), () => require('paper'), () => require('node:fs')];
    },
    bind: ({ bind }) => void bind(Press).toSelf(),
  });
  void runMain(() => createApplication({ name: 'shop', modules: [press] }));`;

describe('daemonry check', () => {
  let shop: GivenApplication;
  beforeAll(() => {
    shop = givenApplication({
      'main.js': MAIN,
      'node_modules/ink/package.json': '{ "name": "ink" }',
      'node_modules/ink/index.js': 'throw new Error("dried up");',
    });
  });

  it('finds every optional package that a module needs and that cannot be loaded', async () => {
    const { code, stdout, stderr } = await shop.daemonry(['check', 'main.js']);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('The application "shop" cannot start: 2 problems.');
    expect(stderr).toContain('dried up');
    expect(stderr).toContain("MODULE_NOT_FOUND: Cannot find module 'paper'");
  });

  it('says so in JSON', async () => {
    const { code, stdout } = await shop.daemonry(['check', 'main.js', '--json']);

    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problems: [{}, { code: 'MODULE_NOT_FOUND' }] });
  });

  it.each([
    ['is switched off', ['--set', 'listeners.press.enabled=false']],
    ['is configured to need none', ['--set', 'press.kind=digital']],
  ])('asks for none where the module %s', async (_title, args) => {
    expect(await shop.daemonry(['check', 'main.js', ...args])).toMatchObject({ code: 0, stderr: '' });
  });

  it('tells the problems of a bundle once, as those of the application', async () => {
    const app = givenApplication(compiledOrders());
    await app.daemonry(['bundle', 'dist/OrderImport.js']);

    const { code, stderr } = await app.daemonry(['check', 'bundle/OrderImport.cjs', '--set', 'partner.hots=x']);
    const json = await app.daemonry(['check', 'bundle/OrderImport.cjs', '--set', 'partner.hots=x', '--json']);

    expect(code).toBe(2);
    expect(stderr).toMatch(/^The application "orders" cannot start: 1 problem\./);
    expect(stderr.match(/CONFIG_UNKNOWN_KEY/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, problems: [{ code: 'CONFIG_UNKNOWN_KEY' }] });
  });
});
