import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import foreignErrors from './tools/eslint/foreignErrors.cjs';
import plainDocstrings from './tools/eslint/plainDocstrings.cjs';

const PROCESS_ENV = [
  "MemberExpression[object.name='process'][property.name='env']",
  "VariableDeclarator[init.name='process'] > ObjectPattern",
  'ImportDeclaration[source.value=/^(node:)?process$/]',
].join(', ');

export default tseslint.config(
  // The declarations of vitest-plugin extend a package that is installed only where they are tried.
  {
    ignores: [
      '**/dist/',
      'coverage/',
      '**/node_modules/',
      'vitest-plugin/*.d.ts',
      'site/pages/',
      'site/.vitepress/cache/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { plugins: { daemonry: { rules: { 'foreign-errors': foreignErrors, 'plain-docstrings': plainDocstrings } } } },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', 300],
      'no-console': 'error',
      eqeqeq: 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'A named export says the same thing everywhere.' },
        {
          selector: PROCESS_ENV,
          message: 'Only src/configuration/ reads the environment: take the value as a parameter.',
        },
      ],
      // A method shorthand in a class may not be called without its object; a getter that returns a closure may.
      '@typescript-eslint/unbound-method': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // It knows that the types of decorated signatures are needed at run time.
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Contexts are interfaces by name, so that users can refer to them, even where one adds nothing yet.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      // Numbers in messages need no ceremony.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An async function without await turns what it throws into a rejection, which hooks rely on.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/configuration/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'A named export says the same thing everywhere.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'modules/test/**/*.ts', 'examples/**/*.ts', 'packaging/**/*.ts'],
    rules: { 'no-console': 'off', 'no-restricted-syntax': 'off' },
  },
  {
    // expect(object.method) does not call it, and what is thrown in a test is not always an Error, on purpose.
    files: ['test/**/*.ts', 'modules/test/**/*.ts'],
    rules: {
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  {
    // Plain JavaScript, what does not compile on purpose, and a package of its own, whose dependencies are not here.
    files: [
      '**/*.{js,cjs,mjs}',
      'test/types/refused.ts',
      'examples/enterprise/**/*.ts',
      'examples/plugin-marvin/**/*.ts',
      'examples/toolchains/**/*.ts',
      'packaging/consumers/**/*.ts',
    ],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    // It knows of decorated signatures only with types.
    files: ['examples/{enterprise,toolchains}/**/*.ts', 'packaging/consumers/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'module',
          'exports',
          'require',
          '__dirname',
          '__filename',
          'process',
          'console',
          'performance',
          'setImmediate',
          'setInterval',
          'clearInterval',
          'setTimeout',
          'URL',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['modules/admin/app/**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'AbortSignal',
          'clearTimeout',
          'crypto',
          'document',
          'EventSource',
          'fetch',
          'FormData',
          'getComputedStyle',
          'HashChangeEvent',
          'history',
          'HTMLElement',
          'localStorage',
          'location',
          'matchMedia',
          'MutationObserver',
          'queueMicrotask',
          'ResizeObserver',
          'SVGElement',
          'URLSearchParams',
          'window',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: { 'max-lines': ['error', 300], 'no-console': 'error', eqeqeq: 'error' },
  },
  {
    // Readers meet these texts before the code.
    files: ['src', 'decorators', 'modules', 'jest-preset', 'examples', 'packaging', 'tools', 'test/support'].map(
      (folder) => `${folder}/**/*.{ts,js,cjs,mjs}`,
    ),
    rules: { 'daemonry/plain-docstrings': 'error' },
  },
  {
    // Whatever is thrown, reading it must not throw.
    files: ['src/**/*.ts', 'decorators/**/*.ts', 'modules/**/*.ts'],
    ignores: ['src/errors/{foreign,plainValue,serializeError}.ts', 'modules/test/**'],
    rules: { 'daemonry/foreign-errors': 'error' },
  },
);
