'use strict';

/**
 * Transforms what Jest loads, with the TypeScript compiler alone:
 *
 * - TypeScript becomes CommonJS with decorator metadata, as the build emits it, with an inline source map;
 * - ES modules of node_modules become CommonJS, since Jest cannot require them on every supported Node. Loading them
 *   outside of Jest's sandbox would patch another `Reflect`, and the metadata would be lost;
 * - everything else is left as it is.
 *
 * A package that uses top-level await or `import.meta` cannot be turned into CommonJS.
 */

const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');
const TSCONFIG = path.join(ROOT, 'tsconfig.json');

/** What a cached result depends on beside the file itself. */
const ENVIRONMENT = [
  readFileSync(__filename, 'utf8'),
  readFileSync(TSCONFIG, 'utf8'),
  require('typescript/package.json').version,
  process.version,
].join('\0');

/** The compiler takes a third of a second to load, so a worker that finds everything in the cache does without it. */
const compiler = once(() => require('typescript'));

const typeScriptOptions = once(() => {
  const ts = compiler();
  const { config, error } = ts.readConfigFile(TSCONFIG, ts.sys.readFile);
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  return {
    ...ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT).options,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: undefined,
    customConditions: undefined,
    noEmit: false,
    rootDir: undefined,
    inlineSourceMap: true,
    inlineSources: true,
  };
});

const moduleOptions = once(() => {
  const ts = compiler();
  return { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, allowJs: true, esModuleInterop: true };
});

/** @throws when the file has a syntax error, which the compiler would otherwise paper over. */
function transpile(source, fileName, compilerOptions, transformers) {
  const ts = compiler();
  const options = { fileName, compilerOptions, transformers, reportDiagnostics: true };
  const { outputText, diagnostics } = ts.transpileModule(source, options);
  const errors = diagnostics.filter(
    ({ category, file }) => category === ts.DiagnosticCategory.Error && file !== undefined,
  );
  if (errors.length === 0) return outputText;
  const host = { getCurrentDirectory: () => ROOT, getCanonicalFileName: (name) => name, getNewLine: () => '\n' };
  throw new SyntaxError(ts.formatDiagnostics(errors, host));
}

const HOISTED = new Set(['mock', 'unmock', 'deepUnmock', 'enableAutomock', 'disableAutomock']);

/** Moves `jest.mock()` and its kin above the imports that they are to act on. */
function hoistMocks(context) {
  const ts = compiler();
  const isMockCall = (node) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
    const { expression: subject, name } = node.expression;
    return HOISTED.has(name.text) && ((ts.isIdentifier(subject) && subject.text === 'jest') || isMockCall(subject));
  };
  const rank = (statement) => {
    if (ts.isImportDeclaration(statement) && statement.moduleSpecifier.text === '@jest/globals') return 0;
    return ts.isExpressionStatement(statement) && isMockCall(statement.expression) ? 1 : 2;
  };
  return (file) => {
    const ranks = new Map(file.statements.map((statement) => [statement, rank(statement)]));
    if (![...ranks.values()].includes(1)) return file;
    const hoisted = [...file.statements].sort((a, b) => ranks.get(a) - ranks.get(b));
    return context.factory.updateSourceFile(file, hoisted);
  };
}

const packageTypes = new Map();

/** The `type` of the nearest package.json: `module` or `commonjs`. */
function packageType(directory) {
  let type = packageTypes.get(directory);
  if (type === undefined) {
    type = readPackageType(directory);
    packageTypes.set(directory, type);
  }
  return type;
}

function readPackageType(directory) {
  try {
    return JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')).type ?? 'commonjs';
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    const parent = path.dirname(directory);
    return parent === directory ? 'commonjs' : packageType(parent);
  }
}

/** What a file is to become: `typescript` and `module` are transformed, `plain` is not. */
function kindOf(file) {
  if (/\.[cm]?ts$/.test(file)) return 'typescript';
  if (file.endsWith('.mjs')) return 'module';
  return file.endsWith('.js') && packageType(path.dirname(file)) === 'module' ? 'module' : 'plain';
}

function once(make) {
  let made;
  return () => (made ??= make());
}

module.exports = {
  canInstrument: false,

  getCacheKey(source, file, options) {
    const parts = [ENVIRONMENT, options.configString, String(options.instrument), kindOf(file), file, source];
    return createHash('sha256').update(parts.join('\0')).digest('hex');
  },

  process(source, file) {
    switch (kindOf(file)) {
      case 'typescript':
        return { code: transpile(source, file, typeScriptOptions(), { before: [hoistMocks] }) };
      case 'module':
        // TypeScript keeps an `.mjs` file an ES module whatever the options say.
        return { code: transpile(source, file.replace(/\.mjs$/, '.js'), moduleOptions()) };
      default:
        return { code: source };
    }
  },
};
