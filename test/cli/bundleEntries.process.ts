import { compiledOrders } from './support/compiledOrders';
import { type GivenApplication, givenApplication } from './support/givenApplication';
import { bundled, deployed, ENTRY, succeeded, TICKED } from './support/givenBundle';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

const ORDERS = `createApplication({ name: 'orders', listeners: [OrderImport] })`;
const [COMPILED = ''] = Object.values(compiledOrders(`export const createOrders = () => ${ORDERS};`));

/** An application whose entry, in CommonJS, has the orders beside it. */
const given = (entry: string, more: Readonly<Record<string, string>> = {}) =>
  givenApplication({ 'dist/orders.js': COMPILED, [ENTRY]: entry, ...more });

const run = async (app: GivenApplication) => deployed(app).node(['OrderImport.cjs'], { stopAfter: TICKED });

describe('A bundle runs an entry', () => {
  it.each([
    ['that exports a promise of an application as a whole', `module.exports = require('./orders').createOrders();`],
    [
      'that exports an application, which it runs later on',
      `
        const app = () => require('./orders').createOrders();
        module.exports = { app, run: () => undefined };
        setTimeout(() => void require('daemonry').runMain(app), 10);
      `,
    ],
  ])('%s, as daemonry run does', async (_title, entry) => {
    const app = given(entry);
    await bundled(app);

    expect(await app.daemonry(['run', ENTRY], { stopAfter: TICKED })).toMatchObject(succeeded);
    expect(await run(app)).toMatchObject(succeeded);
  });

  it('that starts a worker thread from its own file, which is asked for no application', async () => {
    const app = given(`
      const { isMainThread, parentPort, Worker } = require('node:worker_threads');
      if (isMainThread) {
        const worker = new Worker(__filename);
        worker.on('message', (sum) => console.log('the worker says', sum));
        worker.on('exit', (code) => {
          console.log('the worker ended with', code);
          void require('daemonry').runMain(require('./orders').createOrders);
        });
      } else {
        parentPort.postMessage(42);
      }
    `);
    await bundled(app);
    const ended = await run(app);

    expect(ended).toMatchObject(succeeded);
    expect(ended.stdout).toContain('the worker says 42\nthe worker ended with 0\n');
  });

  it('that asks for the main module, has no ending and says "use strict" after a comment, with and without a code cache', async () => {
    const main = `#!/usr/bin/env node
      // The start of the orders.
      /* Strict, * all of it. */ 'use strict'
      console.log('strict:', (function () { return this === undefined; })());
      console.log('main:', require.main?.filename === __filename, require('./other') === __filename, process.argv[1] === __filename);
      console.log('module:', module.filename === __filename, typeof module.paths, typeof require.main.require);
      if (require.main === module) void require('daemonry').runMain(require('../dist/orders').createOrders);
    `;
    const app = given('', { 'bin/start': main, 'bin/other.js': 'module.exports = require.main.filename;' });
    await app.daemonry(['bundle', 'bin/start', '--out', 'bundle/OrderImport.cjs']);
    const plain = await run(app);
    await app.daemonry(['bundle', 'bin/start', '--out', 'bundle/OrderImport.cjs', '--code-cache']);
    const cached = await run(app);
    const mapped = await deployed(app).node(['--enable-source-maps', 'OrderImport.cjs'], { stopAfter: TICKED });

    for (const each of [await app.node(['bin/start'], { stopAfter: TICKED }), plain, cached, mapped]) {
      expect(each).toMatchObject(succeeded);
      expect(each.stdout).toMatch(/^strict: true\nmain: true true true\nmodule: true object function\n/);
    }
  });
});
