/** Files by their paths in the folder of a project; objects become JSON. */
export type Files = Readonly<Record<string, string | object>>;

/** A test file of a project under the preset. */
export interface Case {
  /** The promise; a sentence that the test file proves. */
  readonly promise: string;
  /** The kind of project it stands in; the cases of a kind share a folder. */
  readonly project: keyof typeof PROJECTS;
  /** Other files that the test file needs. Installed packages stand below `node_modules/`. */
  readonly files?: Files;
  /** What the test file imports and mocks. */
  readonly head?: string;
  /** The statements of its test. */
  readonly test: string;
}

const options = {
  target: 'ES2022',
  module: 'NodeNext',
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  strict: true,
};

/** The files of each kind of project. */
export const PROJECTS = {
  'ES modules': {
    'package.json': { name: 'orders', type: 'module' },
    'tsconfig.json': { compilerOptions: options },
  },
  CommonJS: {
    'package.json': { name: 'orders', type: 'commonjs' },
    'tsconfig.json': { compilerOptions: options },
  },
  'imports and exports': {
    'package.json': {
      name: 'shop',
      type: 'module',
      imports: {
        '#src/*': './src/*.js',
        '#lib/*': './src/*',
        '#deep/*': { node: { development: './no/*.js', import: { default: './src/*.mjs' } } },
        '#legacy': { require: './no.cjs', import: './src/plugin.js' },
        '#orders': 'orders',
      },
      exports: { '.': './src/plugin.js', './extra': { types: './extra.d.ts', import: './src/extra.js' } },
    },
    'tsconfig.json': { compilerOptions: options },
    'jest.config.json': { moduleNameMapper: { '^@/(.*)$': '<rootDir>/src/$1', '^(lib)~(.*)$': '<rootDir>/$1/$2.js' } },
  },
  'CommonJS without interop': {
    'package.json': { name: 'old' },
    'tsconfig.json': {
      compilerOptions: { ...options, module: 'CommonJS', esModuleInterop: false, ignoreDeprecations: '6.0' },
    },
  },
  'references only': {
    'package.json': { name: 'references' },
    'tsconfig.json': {
      files: [],
      references: [{ path: './packages/app' }, { path: './packages/old/tsconfig.lib.json' }],
    },
    'base.json': { compilerOptions: { ...options, composite: true, target: 'ES2017' } },
  },
} as const satisfies Record<string, Files>;
