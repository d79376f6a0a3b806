import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { compiledOrders } from './support/compiledOrders';
import { givenApplication, type GivenApplication } from './support/givenApplication';
import { bundled, deployed, ENTRY, expectMappedStacks, succeeded, TICKED } from './support/givenBundle';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

describe('daemonry bundle --code-cache', () => {
  let app: GivenApplication;
  beforeAll(async () => {
    app = givenApplication(compiledOrders());
    await bundled(app, '--code-cache');
  });

  const started = (server: ReturnType<typeof deployed>) => server.node(['OrderImport.cjs'], { stopAfter: TICKED });
  const CACHE = 'OrderImport.code.cache';

  it('writes a starter, the code and its cache, which run anywhere', async () => {
    expect(await started(deployed(app))).toMatchObject(succeeded);
  });

  it('runs what the cache holds, where it fits', async () => {
    const server = deployed(app);
    const compile = join(app.home, 'node_modules/daemonry/dist/src/cli/bundle/codeCache.js');
    server.write({
      'replace.cjs': `
        const { compileModule, sealCache } = require(${JSON.stringify(compile)});
        const { readFileSync, writeFileSync } = require('node:fs');
        const code = readFileSync('OrderImport.code.cjs');
        const other = "console.log('from the cache');".padEnd(code.toString().length);
        writeFileSync('${CACHE}', sealCache(code, compileModule(other, 'other.cjs').createCachedData()));
      `,
    });
    await server.node(['replace.cjs']);

    expect((await server.node(['OrderImport.cjs'])).stdout).toBe('from the cache\n');
  });

  it('is made for the options of Node that its environment gives', async () => {
    const env = { NODE_OPTIONS: '--stack-trace-limit=50' };
    const other = givenApplication(compiledOrders());
    await other.daemonry(['bundle', ENTRY, '--code-cache'], { env });
    const server = deployed(other);
    server.write({
      'fits.cjs': `
        const vm = require('node:vm');
        const Script = vm.Script;
        vm.Script = class extends Script {
          constructor(...given) {
            super(...given);
            if (given[1]?.cachedData) process.on('exit', () => console.log('rejected:', this.cachedDataRejected));
          }
        };
        process.argv[1] = __dirname + '/OrderImport.cjs';
        require('./OrderImport.cjs');
      `,
    });

    expect((await server.node(['fits.cjs'], { env, stopAfter: TICKED })).stdout).toContain('rejected: false');
    expect((await server.node(['fits.cjs'], { stopAfter: TICKED })).stdout).toContain('rejected: true');
  });

  it('leads the lines of an error back to the sources, under --enable-source-maps', async () => {
    await expectMappedStacks(app);
  });

  it('leaves the meaning of characters beyond ASCII as it is', async () => {
    const texts = givenApplication({
      [ENTRY]: String.raw`
        // © Größe
        const größe = { 'Länge ≤': /^[äöü\Ü\\😀]+$/ };
        const { name } = class Straße { static #ß = '…'; };
        console.log(JSON.stringify([
          /^(?<straße>ß+)$/.exec('ßß').groups.straße, /[\ü]{2}/.test('üü'), /^\\ü$/.test('\\ü'), /^.😀$/u.test('ä😀'),
          String.raw${'`Größe\\n😀 ${1}ü`'}, ${'`für ${name}`'}, Object.keys(größe), größe['Länge ≤'].test('Üä\\'),
          ((texts, ...values) => [texts, texts.raw, values])${'`ä\\u00e4${1}\\\n`'},
        ]));
        exports.orders = [];
      `,
    });
    const { stdout } = await texts.node([ENTRY]);
    await texts.daemonry(['bundle', ENTRY, '--code-cache']);

    expect(stdout).toContain('Straße');
    expect((await deployed(texts).node(['OrderImport.cjs'])).stdout).toBe(stdout);
    expect(readFileSync(join(texts.folder, 'bundle/OrderImport.code.cjs'), 'utf8')).toMatch(/^[\0-\x7f]*$/);
  });

  it('refuses code that was cut when it was copied, with or without the cache', async () => {
    const server = deployed(app);
    const code = join(server.folder, 'OrderImport.code.cjs');
    for (const size of [1_000, 0]) {
      truncateSync(code, size);
      const ended = await server.node(['OrderImport.cjs']);

      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(
        `has been cut: of ${statSync(join(app.folder, 'bundle/OrderImport.code.cjs')).size} bytes`,
      );
      expect(ended.stderr).toContain('To fix this: copy the files of the bundle again.');
      rmSync(join(server.folder, CACHE), { force: true });
    }
  });

  it('starts without a cache', async () => {
    const server = deployed(app);
    rmSync(join(server.folder, CACHE));

    expect(await started(server)).toMatchObject(succeeded);
  });

  it('starts with a cache that is empty', async () => {
    const server = deployed(app);
    server.write({ [CACHE]: '' });

    expect(await started(server)).toMatchObject(succeeded);
  });

  it('starts with a cache that is damaged', async () => {
    const server = deployed(app);
    const cache = readFileSync(join(server.folder, CACHE));
    cache.fill(0xff, cache.length / 2, cache.length / 2 + 64);
    writeFileSync(join(server.folder, CACHE), cache);

    expect(await started(server)).toMatchObject(succeeded);
  });

  it('starts with the cache of older code of the same length', async () => {
    const server = deployed(app);
    const code = readFileSync(join(server.folder, 'OrderImport.code.cjs'), 'utf8');
    server.write({ 'OrderImport.code.cjs': code.replace('orders of', 'Orders of') });
    const ended = await server.node(['OrderImport.cjs'], { stopAfter: 'Orders of nowhere' });

    expect(ended).toMatchObject(succeeded);
  });

  it('tells when the application cannot be planned where it is bundled, and writes the bundle all the same', async () => {
    const broken = givenApplication(compiledOrders());
    const env = { DAEMONRY__PARTNER__PROT: '1' };
    const ended = await broken.daemonry(['bundle', ENTRY, '--code-cache'], { env });

    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/^The code cache holds less than it could\. The application cannot be planned here\./);
    expect(ended.stderr).toContain('CONFIG_UNKNOWN_KEY');
    expect(await started(deployed(broken))).toMatchObject(succeeded);
  });

  it('tells nothing of an entry that sets the exit code of its process', async () => {
    const { [ENTRY]: text = '' } = compiledOrders();
    const app = givenApplication({ [ENTRY]: `process.exitCode = 1;\n${text}` });

    await bundled(app, '--code-cache');
  });

  it('makes the cache of an application that writes more than a megabyte while it is loaded', async () => {
    const { [ENTRY]: text = '' } = compiledOrders();
    const app = givenApplication({
      [ENTRY]: `require('node:fs').writeSync(2, 'x\\n'.repeat(1 << 20));\n${text}`,
    });
    const ended = await bundled(app, '--code-cache');

    expect(ended.stdout).toContain(CACHE);
  });

  it('tells when the entry ends its process meanwhile, and keeps what the cache holds by then', async () => {
    const { [ENTRY]: text = '' } = compiledOrders();
    // Nothing writes before the application of the framework runs; a property with a setter stays, whatever is assigned to it.
    const write = `Object.defineProperty(process.stdout, 'write', { get: () => () => process.exit(0), set() {} });`;
    const app = givenApplication({ [ENTRY]: `${write}\n${text}` });
    const ended = await app.daemonry(['bundle', ENTRY, '--code-cache']);

    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/^The code cache holds less than it could\. No application can be run here\./);
    expect(ended.stdout).toContain(CACHE);
  });

  it('waits no longer than it may for an application that is never planned, and that handles SIGTERM', async () => {
    const { [ENTRY]: text = '' } = compiledOrders(`
      process.on('SIGTERM', () => undefined);
      setInterval(() => undefined, 1_000);
      const load = () => new Promise<never>(() => undefined);
      void createApplication({ name: 'orders', listeners: [OrderImport], config: { sources: [{ name: 'vault', load }] } });
    `);
    const app = givenApplication({
      [ENTRY]: text,
      'impatient.cjs': `
        const child = require('node:child_process');
        const { spawnSync } = child;
        child.spawnSync = (file, args, options) => spawnSync(file, args, { ...options, timeout: 1_000 });
      `,
    });
    const env = { NODE_OPTIONS: `--require=${join(app.folder, 'impatient.cjs')}` };
    const ended = await app.daemonry(['bundle', ENTRY, '--code-cache'], { env });

    expect(ended.code).toBe(0);
    expect(ended.stderr).toBe('There is no code cache. The process that makes it ended after 60s.\n\n');
  });
});
