import type { Case } from './Case';

const COMPILED = `
  Object.defineProperty(exports, '__esModule', { value: true });
  exports.default = () => 'default';
  exports.named = 'named';`;
const FILES = {
  'node_modules/compiled/package.json': { name: 'compiled', main: 'index.js' },
  'node_modules/compiled/index.js': COMPILED,
  'node_modules/assigned/package.json': { name: 'assigned', main: 'index.js' },
  'node_modules/assigned/index.js': `
    module.exports = function run() { return 'run'; };
    module.exports.default = module.exports;
    Object.defineProperty(module.exports, '__esModule', { value: true });`,
};

/** A default import of CommonJS is what Node, or the build, gives. */
export const INTEROP: readonly Case[] = [
  {
    promise: 'the default import of CommonJS is module.exports, in ES modules',
    project: 'ES modules',
    files: {
      ...FILES,
      'interop/again.ts': `
        export { default } from 'compiled';
        export * as all from 'compiled';
        export * from 'compiled';
        export const later = () => import('compiled');`,
      'interop/own.cts': `export default 5;\nexport const named = 6;`,
      'interop/source.ts': 'export default 7;',
      'interop/handed.cjs': `const source = require('./source.js');\nmodule.exports = source.__esModule ? source : {};`,
    },
    head: `
      import assigned from 'assigned';
      import compiled, { named } from 'compiled';
      import * as all from 'compiled';
      import * as again from './interop/again.js';
      import './interop/handed.cjs';
      import own, { named as six } from './interop/own.cjs';
      import source from './interop/source.js';`,
    test: `
      const whole = require('compiled');
      expect([compiled, all.default, again.default, again.all.default, (await again.later()).default]).toEqual(Array(5).fill(whole));
      expect([compiled.default(), named, all.named, again.named]).toEqual(['default', 'named', 'named', 'named']);
      expect([assigned(), assigned.default()]).toEqual(['run', 'run']);
      expect([own, six, source]).toEqual([{ default: 5, named: 6 }, 6, 7]);`,
  },
  {
    promise: 'the default import of an ES module is its default, mocked or not',
    project: 'ES modules',
    files: {
      'node_modules/modern/package.json': { type: 'module', exports: './index.js' },
      'node_modules/modern/index.js': `export default () => 'modern';`,
      'interop/real.ts': `export default class Real {}`,
      'interop/mocked.ts': `export default () => 'real';`,
      'interop/automock.ts': `export default () => 'real';`,
      ...FILES,
    },
    head: `
      import compiled from 'compiled';
      import modern from 'modern';
      import automock from './interop/automock.js';
      import mocked from './interop/mocked.js';
      import Real from './interop/real.js';
      jest.mock('compiled');
      jest.mock('./interop/automock.js');
      jest.mock('./interop/mocked.js', () => ({ __esModule: true, default: () => 'mock' }));`,
    test: `
      expect([modern(), Real.name, mocked(), automock()]).toEqual(['modern', 'Real', 'mock', undefined]);
      expect((await import('./interop/real.js')).default).toBe(Real);
      expect([compiled.default(), compiled.named]).toEqual([undefined, 'named']);`,
  },
  {
    promise: 'the default import of compiled CommonJS is its default, in CommonJS',
    project: 'CommonJS',
    files: { ...FILES, 'interop/module.mts': `import compiled from 'compiled';\nexport const { named } = compiled;` },
    head: `import compiled from 'compiled';\nimport { named } from './interop/module.mjs';`,
    test: `expect([compiled(), named]).toEqual(['default', 'named']);`,
  },
  {
    promise: 'a namespace import can be called where the tsconfig switches esModuleInterop off',
    project: 'CommonJS without interop',
    files: { 'node_modules/fn/index.js': `module.exports = () => 4;` },
    head: `import * as fn from 'fn';`,
    test: `expect(fn()).toBe(4);`,
  },
];
