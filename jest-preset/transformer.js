'use strict';

const { createHash } = require('node:crypto');
const { readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');
const { compileFunction } = require('node:vm');

const { findCompiler } = require('./compiler');
const hoistMocks = require('./hoistMocks');
const { markModule, nodeInterop } = require('./interop');
const metadata = require('./metadata');
const moduleSyntax = require('./moduleSyntax');
const packageType = require('./packageType');
const { findTsconfig, holderOf, readCompilerOptions, tsconfigTexts } = require('./tsconfig');
const wrapperNames = require('./wrapperNames');

/**
 * Makes a transformer that compiles the files Jest loads, with the TypeScript compiler alone:
 *
 * - TypeScript becomes CommonJS with decorator metadata, as the build emits it, with an inline source map.
 * - ES modules, including those in node_modules, become CommonJS. Jest cannot require them on every supported Node, and
 *   outside its sandbox they would patch another `Reflect`, so that the metadata would be lost.
 * - Everything else stays as it is.
 *
 * The option `tsconfig` is a path from the project's root, and holds for all files; default is the `tsconfig.json` nearest
 * to each file, or the one of its `references` that has the file.
 */
function createTransformer({ tsconfig } = {}) {
  const projects = new Map();

  function projectOf({ config: { rootDir } }) {
    let project = projects.get(rootDir);
    if (project === undefined) {
      project = openProject(rootDir, tsconfig === undefined ? undefined : path.resolve(rootDir, tsconfig));
      projects.set(rootDir, project);
    }
    return project;
  }

  return {
    canInstrument: false,

    getCacheKey(source, file, options) {
      const { language, isModule } = kindOf(file, source);
      // Nothing in Jest's configuration changes the result but the tsconfig, which is part of the environment.
      return hashOf(projectOf(options).environmentOf(file), options.instrument, language, isModule, file, source);
    },

    process(source, file, options) {
      const kind = kindOf(file, source);
      const code = kind.language === 'plain' ? source : projectOf(options).compile(source, file, kind);
      return { code: markModule(code, kind.isModule) };
    },
  };
}

/** The text of the preset, which cached results depend on, beside the file itself and the compiler. */
const PRESET = readdirSync(__dirname)
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(path.join(__dirname, name), 'utf8'))
  .join('\0');

/** The project at `rootDir`; with `given`, all of its files are compiled by that tsconfig. */
function openProject(rootDir, given) {
  const compiler = findCompiler(rootDir);
  const prefix = [PRESET, compiler.name, compiler.version, process.version].join('\0');
  const tsconfigOf = (file) => given ?? findTsconfig(isInstalled(file) ? rootDir : path.dirname(file));
  const environmentOf = memoized((tsconfig) => hashOf(prefix, tsconfigTexts(tsconfig)));
  const typeScriptOptions = memoized((tsconfig) => readCompilerOptions(compiler.load(), tsconfig));
  const moduleOptions = memoized(() => {
    const ts = compiler.load();
    return {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      allowJs: true,
      esModuleInterop: true,
      inlineSourceMap: true,
      inlineSources: true,
    };
  });

  return {
    environmentOf: (file) => environmentOf(tsconfigOf(file)),

    /** @throws SyntaxError when the file has a syntax error: `transpileModule` itself would emit it unchanged. */
    compile(source, file, { language, isModule }) {
      const ts = compiler.load();
      const options =
        language === 'typescript' ? typeScriptOptions(holderOf(ts, tsconfigOf(file), file)) : moduleOptions();
      const { outputText, diagnostics } = ts.transpileModule(source, {
        // The compiler keeps an `.mjs` and an `.mts` file an ES module whatever the options say.
        fileName: file.replace(/\.m([jt]s)$/, '.$1'),
        compilerOptions: isModule
          ? { ...options, esModuleInterop: true, moduleDetection: ts.ModuleDetectionKind.Force }
          : options,
        transformers: {
          before: [
            ...(isInstalled(file) && !isModule ? [] : [hoistMocks(ts, { importsFirst: isModule })]),
            wrapperNames(ts),
            moduleSyntax(ts),
          ],
          after: [metadata(ts), ...(isModule ? [nodeInterop(ts)] : [])],
        },
        reportDiagnostics: true,
      });
      const errors = diagnostics.filter(
        (one) => one.category === ts.DiagnosticCategory.Error && one.file !== undefined,
      );
      if (errors.length === 0) return outputText;
      const host = { getCurrentDirectory: () => rootDir, getCanonicalFileName: (name) => name, getNewLine: () => '\n' };
      throw new SyntaxError(ts.formatDiagnostics(errors, host));
    },
  };
}

/**
 * The kind of a file. Its `language` is `typescript` or `javascript` when it is to be compiled, else `plain`. Node runs it
 * as an ES module when `isModule` is true.
 */
function kindOf(file, source) {
  const type = typeOf(file);
  const isModule = type === 'module';
  if (/\.[cm]?tsx?$/.test(file)) return { language: 'typescript', isModule };
  const isCompiled = isModule || file.endsWith('.jsx') || (type === undefined && isModuleSyntax(source)) || isWritten();
  return { language: isCompiled ? 'javascript' : 'plain', isModule };

  /** True for CommonJS of the project that is written with imports, which another tool compiles, or has mocks to hoist. */
  function isWritten() {
    return !isInstalled(file) && !file.endsWith('.cjs') && /^\s*(import|export)\b|\bjest\b/m.test(source);
  }
}

/** The kind of module that a file is for Node by its name, else by its package.json; undefined where neither says it. */
function typeOf(file) {
  if (/\.m[jt]s$/.test(file)) return 'module';
  return /\.c[jt]s$/.test(file) ? 'commonjs' : packageType(path.dirname(file));
}

/** True for a text that is an ES module, and no CommonJS: Node too finds out so where no package.json says it. */
function isModuleSyntax(source) {
  if (!/^\s*(import|export)\b/m.test(source)) return false;
  try {
    compileFunction(source, ['exports', 'require', 'module', '__filename', '__dirname']);
    return false;
  } catch (error) {
    return /\b(import|export)\b/.test(error.message);
  }
}

const hashOf = (...parts) => createHash('sha256').update(parts.join('\0')).digest('hex');

/** True for a file of an installed package. */
const isInstalled = (file) => /[\\/]node_modules[\\/]/.test(file);

function memoized(make) {
  const made = new Map();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key);
  };
}

const { canInstrument, getCacheKey, process: transform } = createTransformer();

// Listed one by one, so that an ES module can import them by name.
module.exports = { canInstrument, getCacheKey, process: transform, createTransformer };
