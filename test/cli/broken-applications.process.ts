import { checkEach } from './support/checkEach';
import { type Ended, givenApplication, type GivenApplication } from './support/givenApplication';
import { MAIN, SHOP } from './support/shop';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

const ENTRIES = {
  'calls runMain': MAIN,
  'calls runMain later': "setTimeout(() => require('./main.js'), 50);",
  'exports a function': "module.exports = () => require('./shop.js').create();",
  'exports a function as app': "exports.app = async () => require('./shop.js').create();",
  'exports a promise': "exports.app = require('./shop.js').create();",
  'starts the application by hand': "require('./shop.js').create().then((app) => app.start());",
};

const BROKEN = {
  'a plan with problems': MAIN.replace(
    'create()',
    "create({ config: { env: { DAEMONRY__SHUTDWN__GRACE: '1s' }, values: { listeners: { mailr: {} } } } })",
  ),
  'throws while it is loaded': "require('./lib/deep.js').read();",
  'a missing module': "require('./shpo.js');",
  'a syntax error': 'const x = ;',
  'throws in runMain': "require('daemonry').runMain(() => { throw new Error('no catalogue'); });",
  'rejects a promise': "(async () => { await null; throw new Error('no catalogue'); })();",
  'throws later': "setTimeout(() => { throw new Error('no catalogue'); }, 10);",
  'gives runMain something else': "require('daemonry').runMain(() => ({}));",
};

const fileOf = (how: string): string => `${how.replaceAll(' ', '-')}.js`;

describe('daemonry check', () => {
  let shop: GivenApplication;
  const ended = new Map<string, Ended>();
  beforeAll(async () => {
    const texts = Object.entries({ ...ENTRIES, ...BROKEN });
    shop = givenApplication({
      'shop.js': SHOP,
      'main.js': MAIN,
      'entry.mjs': "import shop from './shop.js';\nexport default () => shop.create();\n",
      'lib/deep.js': "exports.read = () => {\n  throw new TypeError('the catalogue is empty');\n};\n",
      ...Object.fromEntries(texts.map(([how, text]) => [fileOf(how), text])),
    });
    const hows = [...texts.map(([how]) => how), 'an ES module', 'as JSON'];
    const calls = [...texts.map(([how]) => [fileOf(how)]), ['entry.mjs'], ['main.js', '--json', '--only', 'nobody']];
    const results = await checkEach(
      shop,
      calls.map((args) => ({ folder: shop.folder, args })),
    );
    results.forEach((result, index) => ended.set(hows[index] ?? '', result));
  });

  const checked = (how: string): Ended => {
    const result = ended.get(how);
    if (result === undefined) throw new Error(`"${how}" was not checked`);
    return result;
  };

  it('says 0 and what it found, and starts nothing, of an application that is right', async () => {
    const { code, stdout, stderr } = await shop.daemonry(['check', 'main.js']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('ok: "shop" can start: 3 listeners');
    expect(stdout).not.toContain('constructed');
  });

  it.each(Object.keys(ENTRIES))('finds the application of an entry that %s, and does not start it', (how) => {
    const { code, stdout, stderr } = checked(how);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('ok: "shop" can start');
  });

  it('finds the application of an ES module', () => {
    expect(checked('an ES module')).toMatchObject({ code: 0, stderr: '' });
  });

  it('says every problem of a plan at once, with 2', () => {
    const { code, stderr } = checked('a plan with problems');
    expect(code).toBe(2);
    expect(stderr).toContain('2 problems');
    expect(stderr).toContain('DAEMONRY__SHUTDWN__GRACE matches no known key');
    expect(stderr).toContain('Did you mean "mailer"?');
  });

  it('is JSON when asked', () => {
    const { code, stdout } = checked('as JSON');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problems: [{ code: 'INVALID_SELECTION' }], warnings: [] });
  });

  it('shows what an entry throws while it is loaded, with the file and the line', () => {
    const { code, stderr } = checked('throws while it is loaded');
    expect(code).toBe(2);
    expect(stderr).toContain('ENTRY_FAILED: The entry file failed: TypeError: the catalogue is empty');
    expect(stderr).toMatch(/entry: .*throws-while-it-is-loaded\.js/);
    expect(stderr).toMatch(/at: .*deep\.js:2:9/);
  });

  it('shows a module that is missing, and who asked for it', () => {
    const { code, stderr } = checked('a missing module');
    expect(code).toBe(2);
    expect(stderr).toContain("Cannot find module './shpo.js'");
    expect(stderr).toMatch(/- .*a-missing-module\.js/);
  });

  it('shows where a syntax error is', () => {
    const { code, stderr } = checked('a syntax error');
    expect(code).toBe(2);
    expect(stderr).toContain("SyntaxError: Unexpected token ';'");
    expect(stderr).toMatch(/a-syntax-error\.js:1/);
  });

  it.each([
    ['what the function throws', 'throws in runMain'],
    ['what a promise rejects with', 'rejects a promise'],
    ['what is thrown later', 'throws later'],
  ])('shows %s', (_what, how) => {
    const { code, stderr } = checked(how);
    expect(code).toBe(2);
    expect(stderr).toContain('ENTRY_FAILED: The entry file failed: Error: no catalogue');
  });

  it('says that an entry creates no application when it gives runMain something else', () => {
    const { code, stderr } = checked('gives runMain something else');
    expect(code).toBe(2);
    expect(stderr).toContain('ENTRY_WITHOUT_APPLICATION: The entry file creates no application.');
  });

  // How the process ends is the question here, so each is one.
  it.each([
    ['creates none', 'exports.nothing = 1;'],
    ['waits for ever', "require('daemonry').runMain(() => new Promise(() => undefined));"],
  ])('says that an entry creates no application when it %s', async (_how, text) => {
    shop.write({ 'subject.js': text });
    const { code, stderr } = await shop.daemonry(['check', 'subject.js']);
    expect(code).toBe(2);
    expect(stderr).toContain('ENTRY_WITHOUT_APPLICATION: The entry file creates no application.');
  });

  it('ends although the entry holds a port or a timer open', async () => {
    shop.write({ 'subject.js': `setInterval(() => undefined, 1_000);\n${MAIN}` });
    expect(await shop.daemonry(['check', 'subject.js'])).toMatchObject({ code: 0 });
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
