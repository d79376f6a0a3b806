import type { Case } from './Case';

const USER = { 'mocks/user.ts': `export const user = 'real';` };
const OPTIONAL = 'export const text = String((a?: { b: number }) => a?.b);';

/** Options, metadata and mocks are those of the compiler, and of Jest. */
export const COMPILATION: readonly Case[] = [
  {
    promise: 'a file is compiled by the referenced tsconfig that has it, or else for ES2022',
    project: 'references only',
    files: {
      'packages/app/tsconfig.json': {
        extends: '../../base.json',
        compilerOptions: { target: 'ES2022' },
        include: ['src/**/*'],
        references: [{ path: '../deep' }],
      },
      'packages/app/src/app.ts': OPTIONAL,
      'packages/deep/tsconfig.json': { extends: '../../base.json', include: ['*.ts'] },
      'packages/deep/deep.ts': OPTIONAL,
      'packages/old/tsconfig.lib.json': { extends: ['../../base.json'], files: ['old.ts'] },
      'packages/old/old.ts': OPTIONAL,
      'packages/old/none.ts': OPTIONAL,
    },
    head: `
      import { text as app } from './packages/app/src/app';
      import { text as deep } from './packages/deep/deep';
      import { text as none } from './packages/old/none';
      import { text as old } from './packages/old/old';`,
    test: `
      expect([app, deep, old, none].map((text) => text.includes('?.'))).toEqual([true, false, false, true]);`,
  },
  {
    promise: 'a file of another package of the workspace is compiled by the tsconfig nearest to it',
    project: 'ES modules',
    files: {
      'packages/fields/tsconfig.json': { compilerOptions: { useDefineForClassFields: false } },
      'packages/fields/src/Fields.ts': `
        class Base { constructor() { Object.assign(this, { value: 7 }); } }
        export class Fields extends Base { value!: number; }`,
    },
    head: `import { Fields } from './packages/fields/src/Fields.js';`,
    test: `expect(new Fields().value).toBe(7);`,
  },
  {
    promise: 'the metadata of decorators is that of the compiler, for imported types and in circles too',
    project: 'ES modules',
    files: {
      'metadata/types.ts': `
        export type Port = number;
        export interface Shape { a: 1 }
        export class Real {}
        export namespace deep { export class Inner {} }`,
      'metadata/Holder.ts': `
        import * as all from './types.js';
        import { Port, Real, Shape } from './types.js';
        import type { Real as TypeOnly } from './types.js';
        const dec: any = () => {};
        interface Local {}
        @dec export class Holder {
          constructor(a: Real, b: all.deep.Inner, c: Port, d: Shape, e: TypeOnly, f: AbortSignal, g: string[], h: Local, i: 'x' | 'y') {}
          @dec get(at: Date, by: bigint): Promise<Real> { return Promise.resolve(new Real()); }
        }`,
      'metadata/A.ts': `import { B } from './B.js';\nconst dec: any = () => {};\n@dec export class A { constructor(b: B) {} }`,
      'metadata/B.ts': `import { A } from './A.js';\nconst dec: any = () => {};\n@dec export class B { constructor(a: A) {} }`,
    },
    head: `
      import 'reflect-metadata';
      import { A } from './metadata/A.js';
      import { B } from './metadata/B.js';
      import { Holder } from './metadata/Holder.js';
      import { deep, Real } from './metadata/types.js';`,
    test: `
      const typesOf = (target: object, key?: any): unknown => Reflect.getMetadata('design:paramtypes', target, key);
      expect(typesOf(Holder)).toEqual([Real, deep.Inner, Object, Object, Object, AbortSignal, Array, Object, String]);
      expect(typesOf(Holder.prototype, 'get')).toEqual([Date, BigInt]);
      expect(Reflect.getMetadata('design:returntype', Holder.prototype, 'get')).toBe(Promise);
      expect([typesOf(A), typesOf(B)]).toEqual([[B], [Object]]);`,
  },
  {
    promise: 'mocks are hoisted to the top of their block',
    project: 'CommonJS',
    files: USER,
    test: `
      const { user } = require('./mocks/user');
      jest.mock('./mocks/user', () => ({ user: 'mock' }));
      expect(user).toBe('mock');
      const inFunction = () => {
        jest.resetModules();
        if (user === 'mock') {
          const again = require('./mocks/user').user;
          jest.mock('./mocks/user', () => ({ user: 'inner' })).mock('./nowhere', () => 1, { virtual: true });
          return again;
        }
      };
      expect(inFunction()).toBe('inner');`,
  },
  {
    promise: 'mocks of the imported and of the required @jest/globals are hoisted',
    project: 'CommonJS',
    files: {
      ...USER,
      'mocks/other.ts': `export const other = 'real';`,
      'mocks/third.ts': `export const third = 'real';`,
    },
    head: `
      import { user } from './mocks/user';
      import { other } from './mocks/other';
      import { third } from './mocks/third';
      import globals = require('@jest/globals');
      const { jest: mine } = require('@jest/globals');
      const all = require('@jest/globals');
      globals.jest.mock('./mocks/user', () => ({ user: 'mock' }));
      mine.mock('./mocks/other', () => ({ other: 'mock' }));
      all.jest.mock('./mocks/third', () => ({ third: 'mock' }));`,
    test: `expect([user, other, third]).toEqual(['mock', 'mock', 'mock']);`,
  },
  {
    promise: 'jest may be required under its own name',
    project: 'CommonJS',
    files: USER,
    head: `const { jest } = require('@jest/globals');\njest.mock('./mocks/user', () => ({ user: 'mock' }));`,
    test: `expect(require('./mocks/user').user).toBe('mock');`,
  },
  {
    promise: 'a method mock of something else stays where it is',
    project: 'CommonJS',
    test: `
      const order: string[] = [];
      order.push('first');
      const jest = { mock: (name: string) => order.push(name) };
      jest.mock('second');
      expect(order).toEqual(['first', 'second']);`,
  },
  {
    promise: 'inline snapshots are written beside decorated classes, with one line for Babel',
    project: 'CommonJS',
    files: { 'babel.config.json': { parserOpts: { plugins: ['decorators-legacy', 'decoratorAutoAccessors'] } } },
    head: `const dec: any = () => {};\n@dec class Decorated { constructor(@dec readonly a: number) {} accessor b = 1; }`,
    test: `expect(new Decorated(1).a).toMatchInlineSnapshot();`,
  },
];
