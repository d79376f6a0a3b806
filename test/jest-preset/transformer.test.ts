import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Transformer {
  getCacheKey(source: string, file: string, options: object): string;
  process(source: string, file: string, options: object): { readonly code: string };
}

interface TransformerModule {
  createTransformer(this: void, options?: object): Transformer;
}

const { createTransformer } = jest.requireActual<TransformerModule>('../../jest-preset/transformer');

describe('The transformer of the preset', () => {
  let rootDir: string;
  let transformer: Transformer;

  beforeEach(() => {
    rootDir = mkdtempSync(join(tmpdir(), 'preset-'));
    transformer = createTransformer();
  });
  afterEach(() => {
    rmSync(rootDir, { recursive: true });
  });

  const options = (): object => ({ config: { rootDir }, configString: '{}', instrument: false });
  const given = (file: string, content: unknown): void =>
    writeFileSync(join(rootDir, file), typeof content === 'string' ? content : JSON.stringify(content));
  const transform = (source: string, file = 'file.ts'): string =>
    transformer.process(source, join(rootDir, file), options()).code.replace(/\/\/# sourceMappingURL=[^\n]*/, '');
  const errorOf = (act: () => unknown): unknown => {
    try {
      act();
    } catch (error) {
      return error;
    }
    throw new Error('expected an error');
  };

  const CLASS = 'class A {}\nconst d: any = () => {};\n@d class B { constructor(readonly a: A) {} }';

  it('emits what a constructor needs, with and without a tsconfig', () => {
    expect(transform(CLASS)).toContain('__metadata("design:paramtypes", [A])');
    given('tsconfig.json', { compilerOptions: { target: 'ES2022' } });
    transformer = createTransformer();
    expect(transform(CLASS)).toContain('__metadata("design:paramtypes", [A])');
  });

  it('reads the tsconfig of the project, and what it extends', () => {
    given('base.json', '{ /* a comment */ "compilerOptions": { "target": "ES2017" } }');
    given('tsconfig.json', '{ "extends": "./base", "compilerOptions": { "strict": true, }, }');

    expect(transform('export const a = b?.c;')).not.toContain('?.');
  });

  it('reads another tsconfig where it is told to', () => {
    given('tsconfig.test.json', { compilerOptions: { target: 'ES2017' } });
    transformer = createTransformer({ tsconfig: 'tsconfig.test.json' });

    expect(transform('export const a = b?.c;')).not.toContain('?.');
  });

  it.each(['experimentalDecorators', 'emitDecoratorMetadata'])('refuses a tsconfig that switches %s off', (name) => {
    given('tsconfig.json', { compilerOptions: { [name]: false } });

    expect(errorOf(() => transform('export {};'))).toMatchObject({
      code: 'JEST_DECORATORS_OFF',
      message: [
        `"${name}" is switched off, so daemonry could not see what a constructor needs.`,
        `  tsconfig: ${join(rootDir, 'tsconfig.json')}`,
        `To fix this: set "compilerOptions": { "${name}": true } there, or leave the option out: the preset switches it on.`,
      ].join('\n'),
    });
  });

  it.each([
    ['that is no JSON', '{ "compilerOptions": '],
    ['with a value that the compiler does not know', { compilerOptions: { target: 'ES1066' } }],
    ['that extends what is not there', { extends: './nowhere.json' }],
  ])('refuses a tsconfig %s', (_kind, content) => {
    given('tsconfig.json', content);

    expect(errorOf(() => transform('export {};'))).toMatchObject({ code: 'JEST_TSCONFIG_INVALID' });
  });

  it('tells a syntax error with its place', () => {
    expect(errorOf(() => transform('const a = 1;\nconst = 2;'))).toMatchObject({
      name: 'SyntaxError',
      message: expect.stringContaining('file.ts(2,7)') as string,
    });
  });

  describe('of jest.mock', () => {
    const orderOf = (source: string, file?: string): string[] =>
      [...transform(source, file).matchAll(/require\("([^"]+)"\)|jest\.(\w+)\(|(?:globals_1|g)\.\w+\.(\w+)\(/g)].map(
        ([, module, mock, other]) => module ?? mock ?? other ?? '',
      );

    it.each([
      ['the global', `import './a'; jest.mock('./a');`, ['mock', './a']],
      ['a chain', `import './a'; jest.unmock('./b').mock('./a');`, ['unmock', './a']],
      [
        'jest of @jest/globals',
        `import './a'; import { jest } from '@jest/globals'; jest.mock('./a');`,
        ['@jest/globals', 'mock', './a'],
      ],
      [
        'jest under another name',
        `import './a'; import { jest as j } from '@jest/globals'; j.mock('./a');`,
        ['@jest/globals', 'mock', './a'],
      ],
      [
        'the namespace',
        `import './a'; import * as g from '@jest/globals'; g.jest.mock('./a');`,
        ['@jest/globals', 'mock', './a'],
      ],
    ])('hoists that of %s', (_kind, source, order) => {
      expect(orderOf(source)).toEqual(order);
    });

    it('hoists in JavaScript as well', () => {
      expect(orderOf(`const a = require("./a"); jest.mock('./a');`, 'file.js')).toEqual(['mock', './a']);
    });

    it('leaves other calls where they are', () => {
      expect(orderOf(`import './a'; jest.useFakeTimers();`)).toEqual(['./a', 'useFakeTimers']);
    });
  });

  describe('of ES modules', () => {
    it("turns the project's own and installed ones into CommonJS, and leaves CommonJS alone", () => {
      given('package.json', { type: 'module' });

      expect(transform('export const a = 1;', 'a.js')).toContain('exports.a = 1');
      expect(transform('export const a = 1;', 'a.mjs')).toContain('exports.a = 1');
      expect(transform('export const a: number = 1;', 'a.mts')).toContain('exports.a = 1');
      expect(transform('module.exports = 1;', 'a.cjs')).toBe('module.exports = 1;');
    });

    it('knows one without "type": "module" by its imports', () => {
      expect(transform('import a from "b"; a();', 'a.js')).toContain('require("b")');
      expect(transform('module.exports = 1;', 'a.js')).toBe('module.exports = 1;');
    });

    it('refuses a top-level await, saying where it is', () => {
      expect(errorOf(() => transform('export const a = 1;\nawait a;'))).toMatchObject({
        code: 'JEST_TOP_LEVEL_AWAIT',
        message: expect.stringContaining(`at: ${join(rootDir, 'file.ts')}:2`) as string,
      });
      expect(() => transform('export const a = async () => { await 1; for await (const b of []) b; };')).not.toThrow();
    });
  });

  describe('of the cache', () => {
    // Each key by a fresh worker: one worker reads a tsconfig once.
    const keyOf = (source: string, file = 'file.ts', configString = '{}'): string | undefined => {
      let key: string | undefined;
      jest.isolateModules(() => {
        const { createTransformer: create } = jest.requireActual<TransformerModule>('../../jest-preset/transformer');
        key = create().getCacheKey(source, join(rootDir, file), { ...options(), configString });
      });
      return key;
    };

    it('has another key for another text, file, tsconfig, or base of the tsconfig', () => {
      given('base.json', { compilerOptions: { target: 'ES2022' } });
      given('tsconfig.json', { extends: ['./base.json'] });
      const keys = [keyOf('a'), keyOf('b'), keyOf('a', 'other.ts')];
      given('base.json', { compilerOptions: { target: 'ES2017' } });
      keys.push(keyOf('a'));
      given('tsconfig.json', { extends: ['./base.json'], compilerOptions: { strict: true } });
      keys.push(keyOf('a'));

      expect(new Set(keys).size).toBe(5);
      expect(keyOf('a')).toBe(keys[4]);
    });

    it('has the same key under another configuration of Jest, which changes nothing in the result', () => {
      expect(keyOf('a', 'file.ts', '{"reporters":["dots"]}')).toBe(keyOf('a'));
    });
  });
});
