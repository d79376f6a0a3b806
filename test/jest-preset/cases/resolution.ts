import type { Case } from './Case';

const BOTH = {
  'node_modules/both/package.json': { name: 'both', exports: { import: './index.mjs', require: './index.cjs' } },
  'node_modules/both/index.mjs': `export default () => 'import';`,
  'node_modules/both/index.cjs': `module.exports = () => 'require';`,
  'node_modules/user/package.json': { name: 'user', main: 'index.js' },
  'node_modules/user/index.js': `module.exports = require('both')();`,
};
const ONLY_IMPORT = {
  'node_modules/only-import/package.json': {
    name: 'only-import',
    type: 'module',
    exports: {
      '.': { types: './index.d.ts', import: './index.js' },
      './*': { node: { import: { types: './x.d.ts', default: './lib/*.mjs' } } },
    },
  },
  'node_modules/only-import/index.js': `export const name = 'only-import';`,
  'node_modules/only-import/lib/deep.mjs': `export default 'deep';`,
};

/** Requests find what the compiler and Node find. */
export const RESOLUTION: readonly Case[] = [
  {
    promise: 'the imports and exports of the own package lead to sources',
    project: 'imports and exports',
    files: {
      'src/plugin.ts': `export const plugin = 'source';`,
      'src/extra.tsx': `export const extra = 'source';`,
      'src/deep.mts': `export const deep = 'source';`,
      'node_modules/orders/index.js': `exports.orders = 1;`,
    },
    head: `
      import { deep } from '#deep/deep';
      import { plugin as byExtension } from '#lib/plugin.js';
      import { plugin as legacy } from '#legacy';
      import { orders } from '#orders';
      import { plugin } from '#src/plugin';
      import { plugin as self } from 'shop';
      import { extra } from 'shop/extra';`,
    test: `
      expect([plugin, byExtension, legacy, deep, self, extra]).toEqual(Array(6).fill('source'));
      expect(orders).toBe(1);`,
  },
  {
    promise: 'what is found by the imports of the package can be mocked',
    project: 'imports and exports',
    head: `import { plugin } from '#src/plugin';\njest.mock('#src/plugin', () => ({ plugin: 'mock' }));`,
    test: `expect(plugin).toBe('mock');`,
  },
  {
    promise: 'a request that the imports of the package lead nowhere is told with the folder that asks',
    project: 'imports and exports',
    files: { 'src/lost.ts': `import '#src/nowhere';` },
    test: `
      expect(() => require('./src/lost.js')).toThrow(
        /^Cannot find module '#src\\/nowhere' from '.*src', by the "imports" of its package.json$/,
      );`,
  },
  {
    promise: 'a moduleNameMapper to a compiled file leads to its source',
    project: 'imports and exports',
    files: { 'src/mapped.ts': `export const mapped = 'source';`, 'lib/other.tsx': `export const other = 'source';` },
    head: `
      import { mapped } from '@/mapped.js';
      import { mapped as short } from '@/mapped';
      import { other } from 'lib~other';`,
    test: `expect([mapped, short, other]).toEqual(Array(3).fill('source'));`,
  },
  {
    promise: 'a source wins over the stale output beside it, whatever its ending',
    project: 'ES modules',
    files: {
      'stale/a.ts': `export const a = 'source';`,
      'stale/a.js': `export const a = 'stale';`,
      'stale/b.tsx': `export const b = 'source';`,
      'stale/b.js': `export const b = 'stale';`,
      'stale/c.mts': `export const c = 'source';`,
      'stale/c.mjs': `export const c = 'stale';`,
      'stale/d.cts': `export const d = 'source';`,
      'stale/d.cjs': `exports.d = 'stale';`,
      'stale/e.tsx': `export const e = 'source';`,
      'stale/e.jsx': `export const e = 'stale';`,
    },
    head: `
      import { a } from './stale/a.js';
      import { b } from './stale/b.js';
      import { c } from './stale/c.mjs';
      import { d } from './stale/d.cjs';
      import { e } from './stale/e.jsx';`,
    test: `expect([a, b, c, d, e]).toEqual(Array(5).fill('source'));`,
  },
  {
    promise: 'a source wins over the stale output without an ending, and of a folder',
    project: 'CommonJS',
    files: {
      'stale/a.ts': `export const a = 'source';`,
      'stale/a.js': `exports.a = 'stale';`,
      'stale/folder/index.ts': `export const index = 'source';`,
      'stale/folder/index.js': `exports.index = 'stale';`,
    },
    head: `import { a } from './stale/a';\nimport { index } from './stale/folder';`,
    test: `expect([a, index]).toEqual(['source', 'source']);`,
  },
  {
    promise: 'JavaScript without a source, and installed packages that ship theirs, are taken as they are',
    project: 'ES modules',
    files: {
      'stale/script.js': `export const script = 'script';`,
      'stale/script.d.ts': `export const script: string;`,
      'node_modules/shipped/package.json': { type: 'module', main: './index' },
      'node_modules/shipped/index.js': `export { b } from './b.js';`,
      'node_modules/shipped/index.ts': `export const b: string = 'source';`,
      'node_modules/shipped/b.js': `export const b = 'built';`,
      'node_modules/shipped/b.ts': `export const b: string = 'source';`,
      'node_modules/dotted.js/index.js': `exports.dotted = 'dotted';`,
    },
    head: `
      import { dotted } from 'dotted.js';
      import { b } from 'shipped';
      import { script } from './stale/script.js';`,
    test: `expect([script, b, dotted]).toEqual(['script', 'built', 'dotted']);`,
  },
  {
    promise: 'an ES module takes the entry for import, and CommonJS that for require',
    project: 'ES modules',
    files: { ...BOTH, ...ONLY_IMPORT },
    head: `
      import both from 'both';
      import { name } from 'only-import';
      import deep from 'only-import/deep';
      import user from 'user';`,
    test: `expect([both(), user, name, deep]).toEqual(['import', 'require', 'only-import', 'deep']);`,
  },
  {
    promise: 'CommonJS takes the entry for require, and finds what has only one for import',
    project: 'CommonJS',
    files: { ...BOTH, ...ONLY_IMPORT },
    head: `import both = require('both');\nimport { name } from 'only-import';`,
    test: `expect([both(), name]).toEqual(['require', 'only-import']);`,
  },
  {
    promise: 'what has only an entry for import can be mocked',
    project: 'ES modules',
    files: ONLY_IMPORT,
    head: `import { name } from 'only-import';\njest.mock('only-import', () => ({ name: 'mock' }));`,
    test: `expect(name).toBe('mock');`,
  },
  {
    promise: 'an installed package may be ES modules without saying so, or have a byte order mark in its package.json',
    project: 'ES modules',
    files: {
      'node_modules/untold/package.json': { main: 'index.js' },
      'node_modules/untold/index.js': `export const untold = 1;`,
      'node_modules/marked/package.json': '\uFEFF{ "type": "module", "main": "index.js" }',
      'node_modules/marked/index.js': `export const marked = 2;`,
    },
    head: `import { marked } from 'marked';\nimport { untold } from 'untold';`,
    test: `expect([untold, marked]).toEqual([1, 2]);`,
  },
];
