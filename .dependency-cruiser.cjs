'use strict';

/**
 * Who may import whom. Imports go one way, from the later layer to the earlier:
 * foundations ← capabilities ← container ← planning ← plugins ← coordinator ← application ← testing ← modules ← examples.
 */
const LAYERS = [
  { name: 'foundations', paths: ['src/contracts', 'src/errors', 'src/time'] },
  {
    name: 'capabilities',
    paths: [
      'decorators',
      'src/configuration',
      'src/registry',
      'src/execution',
      'src/scheduling',
      'src/state',
      'src/history',
      'src/observability',
      'src/watchdog',
    ],
  },
  { name: 'container', paths: ['src/container'] },
  { name: 'planning', paths: ['src/planning'] },
  { name: 'plugins', paths: ['src/plugins'] },
  { name: 'coordinator', paths: ['src/coordinator'] },
  { name: 'application', paths: ['src/application', 'src/index\\.ts'] },
  { name: 'testing', paths: ['src/testing', 'src/cli'] },
];

const anyOf = (layers) => `^(${layers.flatMap(({ paths }) => paths).join('|')})`;

const layerRules = LAYERS.slice(0, -1).map((layer, index) => ({
  name: `${layer.name}-imports-earlier-layers-only`,
  severity: 'error',
  comment: 'An earlier layer knows nothing of a later one.',
  from: { path: anyOf([layer]) },
  to: { path: anyOf(LAYERS.slice(index + 1)) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'contracts-come-first',
      severity: 'error',
      comment: 'Contracts are types and tokens: they need neither errors nor clocks.',
      from: { path: '^src/contracts/' },
      to: { path: '^src/(errors|time)/' },
    },
    {
      name: 'engine-knows-no-users',
      severity: 'error',
      comment: 'What ships with the engine must not need what is built on it.',
      from: { path: '^(src|decorators)/' },
      to: { path: '^(modules|examples|test|bench)/' },
    },
    {
      name: 'configuration-has-one-door',
      severity: 'error',
      comment: 'How configuration is read and merged can change without a look at the rest of the engine.',
      from: { path: '^src/', pathNot: '^src/configuration/' },
      to: { path: '^src/configuration/', pathNot: '^src/configuration/index\\.ts$' },
    },
    {
      name: 'modules-are-users',
      severity: 'error',
      comment: 'A module that ships here can do nothing that a user could not: it imports `daemonry`.',
      from: { path: '^modules/', pathNot: '^modules/test/' },
      to: { path: '^(src|decorators|examples|test|bench|modules/test)/', pathNot: '^src/index\\.ts$' },
    },
    {
      name: 'examples-are-users',
      severity: 'error',
      comment: 'An example shows what a user would write.',
      from: { path: '^examples/' },
      to: { path: '^(src|decorators|test|bench)/', pathNot: '^src/(testing/)?index\\.ts$' },
    },
    {
      name: 'users-import-by-name',
      severity: 'error',
      comment: 'A path into the package would not work from outside: import `daemonry`.',
      from: { path: '^(modules|examples)/', pathNot: '^modules/test/' },
      to: { path: '^src/', dependencyTypes: ['local'] },
    },
    {
      name: 'inversify-stays-in-the-container',
      severity: 'error',
      comment: 'Another container, or another version, must cost one folder.',
      from: { path: '^(src|decorators)/', pathNot: '^src/container/' },
      to: { path: 'node_modules/@?inversify', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'commander-stays-in-the-command-line',
      severity: 'error',
      comment: 'Who imports the framework does not pay for its program.',
      from: { pathNot: '^src/cli/' },
      to: { path: 'node_modules/commander' },
    },
    {
      name: 'sides-stay-apart',
      severity: 'error',
      comment: 'Decorators only record, and configuration only reads: neither needs another capability.',
      from: { path: '^(decorators|src/configuration)/' },
      to: { path: '^src/(registry|execution|scheduling|observability)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A circular import makes constructor types undefined at run time.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'What cannot be found is not checked either.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'installed-with-the-package',
      severity: 'error',
      comment: 'A development dependency is not there for users.',
      from: { path: '^(src|decorators|modules)/', pathNot: '^modules/test/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['npm-peer', 'npm', 'npm-optional'],
        pathNot: 'node_modules/@types/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // A workspace finds what it needs in its own manifest or in that of the root.
    combinedDependencies: true,
    // A package of its own: they are checked where they are installed, by .ci/example, .ci/plugin and .ci/toolchains.
    exclude: { path: ['^examples/(enterprise|plugin-marvin|toolchains)/', '(^|/)dist/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['daemonry-source', 'types', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
    },
  },
};
