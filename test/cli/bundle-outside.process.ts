import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { compiledOrders } from './support/compiledOrders';
import { givenApplication, givenFolder } from './support/givenApplication';
import { deployed, ENTRY } from './support/givenBundle';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

const installed = (name: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({ 'package.json': JSON.stringify({ name, version: '1.0.0', main: 'index.js' }), ...files }).map(
      ([path, text]) => [`node_modules/${name}/${path}`, text],
    ),
  );

const main = (text: string): string => `
  const { createApplication, runMain } = require('daemonry');
  ${text}
`;

describe('a bundle', () => {
  it('leaves native packages outside, and those that are not installed, and says so', async () => {
    const app = givenApplication({
      [ENTRY]: main(`
        console.log(require('compiled').answer, require('found').answer, require('@acme/prebuilt').answer, require('plain').answer);
        exports.lookUp = () => require('not-there/file');
      `),
      ...installed('compiled', { 'index.js': 'exports.answer = 1;', 'binding.gyp': '{}' }),
      ...installed('found', { 'index.js': `exports.answer = require('bindings')('found');` }),
      ...installed('bindings', { 'index.js': 'module.exports = () => 2;' }),
      ...installed('@acme/prebuilt', {
        'index.js': `try { require('./build/it.node'); } catch { exports.answer = 3; }`,
      }),
      ...installed('plain', { 'index.js': 'exports.answer = 4;' }),
    });
    const { code, stdout, stderr } = await app.daemonry(['bundle', ENTRY]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.slice(stdout.indexOf('\n\n'))).toBe(`

Packages left outside:
  @acme/prebuilt has native code: install it where the bundle runs
  compiled has native code: install it where the bundle runs
  found has native code: install it where the bundle runs
  not-there is not installed: whoever needs it fails when it is used
  @photostructure/sqlite is the driver of the state on Node before 22.13: install it where the bundle runs, if it keeps state there
`);
    expect((await app.node(['bundle/OrderImport.cjs'])).stdout).toBe('1 2 3 4\n');
  });

  it('leaves outside what --external names, so that it is loaded from where the bundle runs, and says which name nothing imports', async () => {
    const app = givenApplication({
      [ENTRY]: main(`console.log(require('prices').answer);`),
      ...installed('prices', { 'index.js': `exports.answer = 'bundled';` }),
    });
    const { stdout } = await app.daemonry(['bundle', ENTRY, '--external', 'prices, other']);
    const server = deployed(app);
    server.write(installed('prices', { 'index.js': `exports.answer = 'installed';` }));

    expect(stdout).toContain('  prices was asked for with --external: install it where the bundle runs\n');
    expect(stdout).toContain('  other was asked for with --external, and nothing imports it');
    expect((await server.node(['OrderImport.cjs'])).stdout).toBe('installed\n');
  });

  it('tells that plugins and the files of worker threads are not bundled', async () => {
    const app = givenApplication({
      'package.json': '{ "name": "shop", "private": true, "dependencies": { "marvin": "1" } }',
      [ENTRY]: main(`
        const { Worker } = require('node:worker_threads');
        exports.work = () => new Worker(__dirname + '/work.js');
      `),
      ...installed('marvin', {
        'package.json':
          '{ "name": "marvin", "version": "1.0.0", "daemonry": { "name": "marvin", "plugin": "./plugin.js" } }',
        'plugin.js': 'exports.register = () => undefined;',
      }),
    });
    const { stdout } = await app.daemonry(['bundle', ENTRY]);

    expect(stdout).toMatch(
      /\nPlugins are not bundled, since they are found as packages at run time; [^\n]*:\n {2}marvin\n/,
    );
    expect(stdout).toMatch(/\nWorker threads are not bundled: [^\n]*:\n {2}dist\/OrderImport\.js\n/);
  });

  it('refuses a plugin that is installed, whose framework would be another one, and loads one that is given in code', async () => {
    const plugin = `{ name: 'given', register: ({ log }) => log.info('given registered') }`;
    const app = givenApplication({
      ...compiledOrders(`
        void runMain(() => createApplication({ name: 'orders', listeners: [OrderImport], plugins: ['marvin', ${plugin}] }));
      `),
      'package.json': '{ "name": "shop", "private": true, "dependencies": { "marvin": "1" } }',
      ...installed('marvin', {
        'package.json':
          '{ "name": "marvin", "version": "1.0.0", "daemonry": { "name": "marvin", "plugin": "./plugin.js" } }',
        'plugin.js': `exports.register = ({ log }) => log.info('marvin registered');`,
      }),
    });
    await app.daemonry(['bundle', ENTRY]);
    const ended = await app.node(['bundle/OrderImport.cjs'], { stopAfter: 'orders of nowhere' });

    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('given registered');
    expect(ended.stdout).not.toContain('marvin registered');
    expect(ended.stdout + ended.stderr).toContain('The plugin \\"marvin\\" cannot be loaded into a bundle');
  });
});

describe('daemonry bundle refuses', () => {
  const given = () => givenApplication(compiledOrders());

  it('an entry in TypeScript, and names the way to one that is compiled', async () => {
    const app = givenApplication({ 'src/main.ts': '' });
    const { code, stderr } = await app.call(['bundle', 'src/main.ts']);

    expect(code).toBe(64);
    expect(stderr).toContain('WRONG_USAGE: The entry "main.ts" is TypeScript, and a bundle is made of compiled files.');
    expect(stderr).toContain('To fix this: compile the application (npm run build)');
  });

  it('an entry that is not there, with a suggestion', async () => {
    const { code, stderr } = await given().call(['bundle', 'dist/OrderImprot.js']);

    expect(code).toBe(64);
    expect(stderr).toContain('ENTRY_NOT_FOUND: There is no entry file "dist/OrderImprot.js". Did you mean');
  });

  it('to work without esbuild, and names it', async () => {
    const { code, stderr } = await givenFolder(compiledOrders()).call(['bundle', ENTRY]);

    expect(code).toBe(2);
    expect(stderr).toContain('BUNDLER_MISSING: The command bundle needs the package "esbuild"');
    expect(stderr).toContain('To fix this: npm install --save-dev esbuild');
  });

  it.each([
    ['an option that does not exist', ['--minfy'], "unknown option '--minfy'\n(Did you mean --minify?)"],
    ['a path among the packages', ['--external', './prices'], 'Give names of packages'],
    ['a folder as its target', ['--out', 'dist'], '"dist" is no name for a CommonJS file: it is a folder.'],
    [
      'another ending',
      ['--out', 'bundle/main.mjs'],
      'To fix this: name a file that ends with .cjs: --out bundle/app.cjs.',
    ],
  ])('%s', async (_title, args, text) => {
    const { code, stderr } = await given().call(['bundle', ENTRY, ...args]);

    expect(code).toBe(64);
    expect(stderr).toContain(text);
  });

  it('a target that would be an ES module', async () => {
    const app = givenApplication({ ...compiledOrders(), 'package.json': '{ "name": "shop", "type": "module" }' });
    const { code, stderr } = await app.call(['bundle', ENTRY, '--out', 'main.js']);

    expect(code).toBe(64);
    expect(stderr).toContain('"main.js" is no name for a CommonJS file: the package.json there says "type": "module".');
  });

  it('the usual target where that is a folder, by its name', async () => {
    const { folder, call } = given();
    mkdirSync(join(folder, 'bundle/OrderImport.cjs'), { recursive: true });

    const { code, stderr } = await call(['bundle', ENTRY]);

    expect(code).toBe(64);
    expect(stderr).toContain('"bundle/OrderImport.cjs" is no name for a CommonJS file: it is a folder.');
  });

  it.each([
    ['the cache is a folder', (folder: string) => mkdirSync(join(folder, 'OrderImport.code.cache')), 'may write to'],
    ['the disk is full', (folder: string) => symlinkSync('/dev/full', join(folder, 'OrderImport.cjs')), 'make room'],
  ])('to go on where %s, and names the file', async (_title, prepare, fix) => {
    const { folder, daemonry } = given();
    mkdirSync(join(folder, 'bundle'));
    prepare(join(folder, 'bundle'));

    const { code, stderr } = await daemonry(['bundle', ENTRY, '--code-cache']);

    expect(code).toBe(64);
    expect(stderr).toContain('WRONG_USAGE: A file cannot be written: ');
    expect(stderr).toMatch(/file: .*OrderImport\.(code\.cache|cjs)\n/);
    expect(stderr).toContain(fix);
  });

  it.each([
    ['its entry', ENTRY, ENTRY, []],
    ['its entry with code for a cache', 'dist/app.code.cjs', 'dist/app.cjs', ['--code-cache']],
    ['what its entry imports with a starter', ENTRY, 'dist/prices.cjs', ['--code-cache']],
  ])('to overwrite %s', async (_title, entry, target, more) => {
    const text = `require('./prices.cjs');`;
    const app = givenApplication({ [ENTRY]: text, 'dist/app.code.cjs': text, 'dist/prices.cjs': '' });
    const { code, stderr } = await app.daemonry(['bundle', entry, '--out', target, ...more]);

    expect(code).toBe(64);
    expect(stderr).toContain('FILES_IN_THE_WAY: The bundle would overwrite a file that it is made of.');
    expect(readFileSync(join(app.folder, entry), 'utf8')).toBe(text);
  });

  it.each([
    ['code that cannot be parsed', 'const = 1;', 'Expected identifier but found "="'],
    ['a file that is not there', `require('./prices.js');`, 'Could not resolve "./prices.js"'],
    ['an await outside of functions', 'await 1; export {};', 'move the await into a function'],
  ])('%s, and says where', async (_title, text, said) => {
    const app = givenApplication({ [ENTRY]: text });
    const { code, stderr } = await app.daemonry(['bundle', ENTRY]);

    expect(code).toBe(2);
    expect(stderr).toContain('BUNDLE_FAILED: The application cannot be bundled: ');
    expect(stderr).toContain(said);
    expect(stderr).toMatch(/at: .*:1\n/);
  });
});
