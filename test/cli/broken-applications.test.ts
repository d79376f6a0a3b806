import { givenApplication, type GivenApplication } from './support/givenApplication';
import { MAIN, SHOP } from './support/shop';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

describe('daemonry check', () => {
  let shop: GivenApplication;
  beforeAll(() => {
    shop = givenApplication({ 'shop.js': SHOP, 'main.js': MAIN });
  });

  const checked = async (text: string, file = 'subject.js'): Promise<{ code: number | null; said: string }> => {
    shop.write({ [file]: text });
    const { code, stderr } = await shop.daemonry(['check', file]);
    return { code, said: stderr };
  };

  it('says 0 and what it found, and starts nothing, of an application that is right', async () => {
    const { code, stdout, stderr } = await shop.daemonry(['check', 'main.js']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('ok: "shop" can start: 3 listeners');
    expect(stdout).not.toContain('constructed');
  });

  it.each([
    ['calls runMain', MAIN],
    ['calls runMain later', "setTimeout(() => require('./main.js'), 50);"],
    ['exports a function', "module.exports = () => require('./shop.js').create();"],
    ['exports a function as app', "exports.app = async () => require('./shop.js').create();"],
    ['exports a promise', "exports.app = require('./shop.js').create();"],
    ['starts the application by hand', "require('./shop.js').create().then((app) => app.start());"],
  ])('finds the application of an entry that %s, and does not start it', async (_how, text) => {
    shop.write({ 'entry.js': text });
    const { code, stdout, stderr } = await shop.daemonry(['check', 'entry.js']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('ok: "shop" can start');
    expect(stdout).not.toContain('constructed');
  });

  it('finds the application of an ES module', async () => {
    const text = "import shop from './shop.js';\nexport default () => shop.create();\n";
    expect(await checked(text, 'entry.mjs')).toEqual({ code: 0, said: '' });
  });

  it('says every problem of a plan at once, with 2', async () => {
    const { code, said } = await checked(
      MAIN.replace(
        'create()',
        "create({ config: { env: { DAEMONRY__SHUTDWN__GRACE: '1s' }, values: { listeners: { mailr: {} } } } })",
      ),
    );
    expect(code).toBe(2);
    expect(said).toContain('2 problems');
    expect(said).toContain('DAEMONRY__SHUTDWN__GRACE matches no known key');
    expect(said).toContain('Did you mean "mailer"?');
  });

  it('is JSON when asked', async () => {
    const { code, stdout } = await shop.daemonry(['check', 'main.js', '--json', '--only', 'nobody']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problems: [{ code: 'INVALID_SELECTION' }], warnings: [] });
  });

  it('shows what an entry throws while it is loaded, with the file and the line', async () => {
    shop.write({ 'lib/deep.js': "exports.read = () => {\n  throw new TypeError('the catalogue is empty');\n};\n" });
    const { code, said } = await checked("require('./lib/deep.js').read();");
    expect(code).toBe(2);
    expect(said).toContain('ENTRY_FAILED: The entry file failed: TypeError: the catalogue is empty');
    expect(said).toMatch(/entry: .*subject\.js/);
    expect(said).toMatch(/at: .*deep\.js:2:9/);
  });

  it('shows a module that is missing, and who asked for it', async () => {
    const { code, said } = await checked("require('./shpo.js');");
    expect(code).toBe(2);
    expect(said).toContain("Cannot find module './shpo.js'");
    expect(said).toMatch(/- .*subject\.js/);
  });

  it('shows where a syntax error is', async () => {
    const { code, said } = await checked('const x = ;');
    expect(code).toBe(2);
    expect(said).toContain("SyntaxError: Unexpected token ';'");
    expect(said).toMatch(/subject\.js:1/);
  });

  it.each([
    ['what the function throws', "require('daemonry').runMain(() => { throw new Error('no catalogue'); });"],
    ['what a promise rejects with', "(async () => { await null; throw new Error('no catalogue'); })();"],
    ['what is thrown later', "setTimeout(() => { throw new Error('no catalogue'); }, 10);"],
  ])('shows %s', async (_what, text) => {
    const { code, said } = await checked(text);
    expect(code).toBe(2);
    expect(said).toContain('ENTRY_FAILED: The entry file failed: Error: no catalogue');
  });

  it.each([
    ['creates none', 'exports.nothing = 1;'],
    ['gives runMain something else', "require('daemonry').runMain(() => ({}));"],
    ['waits for ever', "require('daemonry').runMain(() => new Promise(() => undefined));"],
  ])('says that an entry creates no application when it %s', async (_how, text) => {
    const { code, said } = await checked(text);
    expect(code).toBe(2);
    expect(said).toContain('ENTRY_WITHOUT_APPLICATION: The entry file creates no application.');
  });

  it('ends although the entry holds a port or a timer open', async () => {
    const { code } = await checked(`setInterval(() => undefined, 1_000);\n${MAIN}`);
    expect(code).toBe(0);
  });

  it('refuses an entry that is not there as wrong usage, with a suggestion', async () => {
    const { code, stderr } = await shop.call(['check', 'mian.js']);
    expect(code).toBe(64);
    expect(stderr).toContain('There is no entry file "mian.js". Did you mean "main.js"?');

    expect((await shop.call(['check', '.'])).stderr).toContain('is a folder');
    expect((await shop.call(['check'])).code).toBe(64);
  });

  it('explains that it belongs to another copy of the framework', async () => {
    const other = givenApplication({
      'node_modules/daemonry/package.json': '{ "name": "daemonry", "version": "0.0.9", "main": "index.js" }',
      'node_modules/daemonry/index.js': '',
      'main.js': MAIN,
    });
    const { code, stderr } = await other.daemonry(['check', 'main.js']);
    expect(code).toBe(2);
    expect(stderr).toContain('FOREIGN_COMMAND');
    expect(stderr).toContain(`of the entry: ${other.folder}/node_modules/daemonry`);
  });
});

describe('a TypeScript entry', () => {
  const TSCONFIG = `{ "compilerOptions": { "target": "ES2022", "module": "preserve", "moduleResolution": "bundler",
    "experimentalDecorators": true, "emitDecoratorMetadata": true, "verbatimModuleSyntax": true, "types": [] } }`;
  const LISTENER = `
    import { BackgroundDaemon } from 'daemonry';
    export class Store { readonly size: number = 1; }
    @BackgroundDaemon({ interval: '1m' })
    export class Sync { constructor(readonly store: Store) {} tick(): void {} }`;
  const ENTRY = `
    import { createApplication, runMain } from 'daemonry';
    import { Store, Sync } from './Sync';
    void runMain(() => createApplication({ name: 'typed', listeners: [Sync], services: [Store] }));`;

  it('is planned and run without a build, whatever its modules are compiled to', async () => {
    const app = givenApplication({ 'tsconfig.json': TSCONFIG, 'src/Sync.ts': LISTENER, 'src/main.ts': ENTRY });
    const plan = await app.daemonry(['plan', 'src/main.ts']);
    expect(plan).toMatchObject({ code: 0, stderr: '' });
    expect(plan.stdout).toContain('1. sync  daemon');

    const run = await app.daemonry(['run', 'src/main.ts'], { stopAfter: 'Started in' });
    expect(run).toMatchObject({ code: 0, stderr: '' });
  });

  it('shows a syntax error with its place', async () => {
    const app = givenApplication({ 'tsconfig.json': TSCONFIG, 'src/main.ts': 'const x: = 1;' });
    const { code, stderr } = await app.daemonry(['check', 'src/main.ts']);
    expect(code).toBe(2);
    expect(stderr).toContain('main.ts(1,10): error TS1110: Type expected.');
  });

  it('names what has to be installed beside TypeScript 7', async () => {
    const app = givenApplication({
      'node_modules/typescript/package.json': '{ "name": "typescript", "version": "7.0.2", "main": "index.js" }',
      'node_modules/typescript/index.js': '',
      'main.ts': ENTRY,
    });
    const { code, stderr } = await app.daemonry(['check', 'main.ts']);
    expect(code).toBe(2);
    expect(stderr).toContain('TypeScript 7.0.2 has no compiler that JavaScript can call');
    expect(stderr).toContain('npm install --save-dev @typescript/typescript6 ts-node@^10.9.2');
  });
});
