import type { Case } from './Case';

const project = 'ES modules';

/** An ES module may declare the names that Jest gives to CommonJS, and has what they stand for in `import.meta`. */
export const MODULE_NAMES: readonly Case[] = [
  {
    promise: 'an ES module makes its own __filename and __dirname',
    project,
    files: {
      'names/place.ts': `
        import { dirname } from 'node:path';
        import { fileURLToPath } from 'node:url';
        const __filename = fileURLToPath(import.meta.url);
        const __dirname = dirname(__filename);
        export const place = { file: __filename, __dirname };
        export { __dirname };`,
      'names/short.ts': `
        const { dirname: __dirname, filename: __filename } = import.meta;
        export default [__dirname, __filename];`,
      'names/plain.js': 'const __filename = import.meta.filename;\nexport const file = __filename;',
    },
    head: `
      import { join } from 'node:path';
      import { file } from './names/plain.js';
      import { __dirname as given, place } from './names/place.js';
      import short from './names/short.js';`,
    test: `
      const folder = join(import.meta.dirname, 'names');
      expect(place).toEqual({ file: join(folder, 'place.ts'), __dirname: folder });
      expect(given).toBe(folder);
      expect(short).toEqual([folder, join(folder, 'short.ts')]);
      expect(file).toBe(join(folder, 'plain.js'));`,
  },
  {
    promise: 'an ES module makes its own require, beside imports of all kinds',
    project,
    files: {
      'names/data.json': { a: 1 },
      'names/own.ts': `
        import { createRequire } from 'node:module';
        import { sep } from 'node:path';
        const require = createRequire(import.meta.url);
        export const { a } = require('./data.json');
        export const separator = sep;
        export const later = () => import('node:os');`,
    },
    head: `import { a, later, separator } from './names/own.js';`,
    test: `
      expect([a, separator, (await later()).default.EOL]).toEqual([1, '/', '\\n']);`,
  },
  {
    promise: 'an ES module declares and exports exports, module and require as it likes',
    project,
    files: {
      'names/values.ts': `
        import * as __dirname from 'node:path';
        let exports = 1, module = 2;
        exports += 1;
        export { exports as count };
        export const all = { exports, module: module, inner: (exports: number) => exports, sep: __dirname.sep };
        export const increase = () => ++exports;`,
      'names/declared.ts': `
        export class module { readonly require = 1; }
        export function require(): number { return 5; }
        export enum exports { A = 7 }
        export const sum = new module().require + require() + exports.A;`,
      'names/asDefault.ts': 'export default function require(): number { return 3; }\nexport const three = require();',
      'names/ambient.cts': 'declare const __dirname: string;\nexport const folder = __dirname;',
    },
    head: `
      import { folder } from './names/ambient.cjs';
      import three, * as asDefault from './names/asDefault.js';
      import * as declared from './names/declared.js';
      import * as values from './names/values.js';`,
    test: `
      expect(values.all).toMatchObject({ exports: 2, module: 2, sep: '/' });
      expect([values.all.inner(9), values.count, values.increase(), values.count]).toEqual([9, 2, 3, 3]);
      expect([declared.sum, declared.require(), declared.exports.A, new declared.module().require]).toEqual([13, 5, 7, 1]);
      expect([three(), asDefault.three]).toEqual([3, 3]);
      expect(folder).toMatch(/names$/);`,
  },
  {
    promise: 'import.meta has the place of the module, also where node:url is mocked',
    project,
    head: `jest.mock('node:url', () => ({}));`,
    test: `
      expect(import.meta.url).toBe('file://' + import.meta.filename);
      expect(import.meta.resolve('./package.json')).toBe('file://' + import.meta.dirname + '/package.json');
      expect(import.meta.resolve('fs')).toBe('node:fs');`,
  },
  {
    promise: 'imports run before the statements above them, as in Node',
    project,
    files: {
      'names/log.ts': 'export const log: string[] = [];',
      'names/first.ts': `import { log } from './log.js';\nlog.push('first');`,
      'names/order.ts': `
        import { log } from './log.js';
        log.push('order');
        export * from './first.js';
        export { log };`,
    },
    head: `import { log } from './names/order.js';`,
    test: `expect(log).toEqual(['first', 'order']);`,
  },
  {
    promise: 'an ES module without imports is strict',
    project,
    files: { 'names/strict.js': 'globalThis.isStrict = (function () { return this === undefined; })();' },
    head: `import './names/strict.js';`,
    test: `expect((globalThis as { isStrict?: boolean }).isStrict).toBe(true);`,
  },
  {
    promise: 'every top-level await is refused, with its place',
    project,
    files: {
      'names/await1.ts': 'const a = await 1;\nconsole.log(a);',
      'names/await2.js': '\nexport default await 1;',
      'names/await3.ts': 'const o = null;\nawait using a = o;\nexport {};',
      'names/await4.ts': 'export {};\nfor (await using a of []);',
      'names/await5.mts': 'export {};\nfor await (const a of []);',
      'node_modules/awaits/package.json': { type: 'module', main: 'index.js' },
      'node_modules/awaits/index.js': '\nexport const a = await 1;',
      'names/inside.ts': 'export const a = async () => { await using b = null; for await (const c of []); await 1; };',
    },
    test: `
      const places: unknown[] = [];
      for (const name of ['./names/await1.js', './names/await2.js', './names/await3.js', './names/await4.js', './names/await5.mjs', 'awaits']) {
        try {
          require(name);
        } catch (error) {
          const { code, message } = error as Error & { code: string };
          places.push([code, /at: .*?(\\w+)\\.\\w+:(\\d)/.exec(message)?.slice(1).join(':')]);
        }
      }
      expect(places).toEqual(
        ['await1:1', 'await2:2', 'await3:2', 'await4:2', 'await5:2', 'index:2'].map((place) => ['JEST_TOP_LEVEL_AWAIT', place]),
      );
      expect(() => require('./names/inside.js')).not.toThrow();`,
  },
  {
    promise: 'errors name the lines of the source',
    project,
    files: {
      'names/boom.ts': `import os from 'node:os';
export function boom() {
  const __filename = import.meta.filename;
  throw new Error(__filename + os.EOL);
}
const __dirname = import.meta.dirname;
export const later = () => { throw new Error(__dirname); };`,
    },
    head: `import { boom, later } from './names/boom.js';\njest.mock('node:os');`,
    test: `
      const placeOf = (act: () => void) => { try { act(); } catch (error) { return /boom\\.ts:[\\d:]+/.exec((error as Error).stack ?? '')?.[0]; } };
      expect([placeOf(boom), placeOf(later)]).toEqual(['boom.ts:4:9', 'boom.ts:7:36']);`,
  },
];
