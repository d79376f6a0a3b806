import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { ModuleKind } from 'typescript';

import { compiledOrders } from './support/compiledOrders';
import { type GivenApplication, givenApplication, givenFolder } from './support/givenApplication';
import { bundled, deployed, ENTRY, succeeded, TICKED } from './support/givenBundle';

// Real processes, and the first one has to be built.
jest.setTimeout(120_000);

const OUTSIDE = {
  'node_modules/outside/package.json':
    '{ "name": "outside", "version": "1.0.0", "type": "module", "main": "index.js" }',
  // No require() loads a module that awaits.
  'node_modules/outside/index.js': `export default await Promise.resolve('a package left outside');`,
  'beside.mjs': `export default 'a file beside it';`,
};

const IMPORTING = `
import { fileURLToPath, pathToFileURL } from 'node:url';

const show = async () => {
  const specifiers = ['node:path', './beside.mjs'];
  let place = 0;
  const first = import(specifiers[place++]);
  const second = import(specifiers[place++]);
  console.log((await import('node:os')).EOL === '\\n', (await first).sep, (await second).default, (await import('outside')).default);
  await import(specifiers[1] + place).catch(({ code }) => console.log(code));
  console.log(process.argv[1] === fileURLToPath(import.meta.url));
};
void show().then(() => {
  if (import.meta.url === pathToFileURL(process.argv[1]).href)
    void runMain(() => createApplication({ name: 'orders', listeners: [OrderImport] }));
});
`;

const SHOWN = `true / a file beside it a package left outside\nERR_MODULE_NOT_FOUND\ntrue\n`;

describe('In a bundle with a code cache', () => {
  const given = () =>
    givenApplication({
      ...compiledOrders(IMPORTING, ModuleKind.ESNext),
      'package.json': '{ "name": "orders", "type": "module", "private": true }',
      ...OUTSIDE,
      'bundle/beside.mjs': OUTSIDE['beside.mjs'],
    });
  const server = (app: GivenApplication) => {
    const made = deployed(app);
    made.write(OUTSIDE);
    return made;
  };

  it.each([[[]], [['--minify']]])(
    'import() works as in a file that is not bundled, and the entry finds that it is the main module: %j',
    async (more) => {
      const app = given();
      await bundled(app, '--code-cache', '--external', 'outside', ...more);
      const { folder } = server(app);
      const file = join(folder, 'OrderImport.cjs');
      // Another working directory than the one that relative specifiers are of.
      const { node } = givenFolder();

      const ended = await node([file], { stopAfter: TICKED });
      const mapped = await node(['--enable-source-maps', file], { stopAfter: TICKED });
      rmSync(join(folder, 'OrderImport.code.cache'));
      const uncached = await node([file], { stopAfter: TICKED });

      for (const each of [ended, mapped, uncached]) {
        expect(each).toMatchObject(succeeded);
        expect(each.stdout.slice(0, SHOWN.length)).toBe(SHOWN);
      }
    },
  );
});

const packageFiles = (name: string, manifest: object, text: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', ...manifest }),
  [`node_modules/${name}/index.js`]: text,
});

describe('ES modules that are left outside of a bundle', () => {
  it('are imported with their own default, and those that only import() can load are named', async () => {
    const packages = {
      ...packageFiles(
        'own-default',
        { type: 'module', main: 'index.js' },
        'export default () => 1; export const two = 2;',
      ),
      ...packageFiles(
        'converted',
        { main: 'index.js' },
        // As webpack marks what it converts.
        `Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
        Object.defineProperty(exports, '__esModule', { value: true });
        exports.default = 3;`,
      ),
      ...packageFiles('import-only', { type: 'module', exports: { import: './index.js' } }, 'export default 4;'),
    };
    const app = givenApplication({
      [ENTRY]: `
        import { createRequire } from 'node:module';
        import 'daemonry';
        import make, { two } from 'own-default';
        import * as all from 'own-default';
        import converted from 'converted';
        console.log(make(), two, all.default === make, converted.default);
        export const lookUp = () => import('import-only');
        // A name of its own, and not the one of a CommonJS module.
        const require = createRequire(import.meta.url);
        export const mainModule = () => require.main;
      `,
      'dist/other.js': `import four from 'import-only'; console.log(four);`,
      'package.json': '{ "name": "orders", "type": "module", "private": true }',
      ...packages,
    });
    const external = ['--external', 'own-default,converted,import-only'];
    const { stdout } = await app.daemonry(['bundle', ENTRY, ...external]);
    const other = await app.daemonry(['bundle', 'dist/other.js', ...external]);
    const small = await app.daemonry(['bundle', ENTRY, ...external, '--minify', '--out', 'bundle/small.cjs']);

    expect([stdout, small.stdout].join()).not.toContain('import-only has no file for require()');
    expect(other.stdout).toContain('  import-only has no file for require(), which the bundle calls: leave it in, or');
    for (const file of [ENTRY, 'bundle/OrderImport.cjs', 'bundle/small.cjs'])
      expect((await app.node([file])).stdout).toBe('1 2 true 3\n');
  });
});
