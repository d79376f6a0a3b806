'use strict';

const { createHash } = require('node:crypto');
const { readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');

const { findCompiler } = require('./compiler');
const hoistMocks = require('./hoistMocks');
const moduleSyntax = require('./moduleSyntax');
const packageType = require('./packageType');
const { findTsconfig, readCompilerOptions, tsconfigTexts } = require('./tsconfig');

/**
 * Makes a transformer that compiles the files Jest loads, with the TypeScript compiler alone:
 *
 * - TypeScript becomes CommonJS with decorator metadata, as the build emits it, with an inline source map.
 * - ES modules, including those in node_modules, become CommonJS. Jest cannot require them on every supported Node, and
 *   outside its sandbox they would patch another `Reflect`, so that the metadata would be lost.
 * - Everything else stays as it is.
 *
 * The option `tsconfig` is a path from the project's root; default is the nearest `tsconfig.json`.
 */
function createTransformer({ tsconfig } = {}) {
  const projects = new Map();

  function projectOf({ config: { rootDir } }) {
    let project = projects.get(rootDir);
    if (project === undefined) {
      project = openProject(rootDir, tsconfig === undefined ? findTsconfig(rootDir) : path.resolve(rootDir, tsconfig));
      projects.set(rootDir, project);
    }
    return project;
  }

  return {
    canInstrument: false,

    getCacheKey(source, file, options) {
      const project = projectOf(options);
      const kind = kindOf(file, source);
      // Nothing in Jest's configuration changes the result but the tsconfig, which is part of the environment.
      const parts = [project.environment, String(options.instrument), kind, file, source];
      return createHash('sha256').update(parts.join('\0')).digest('hex');
    },

    process(source, file, options) {
      const project = projectOf(options);
      switch (kindOf(file, source)) {
        case 'typescript':
          return { code: project.transpile(source, file, project.typeScriptOptions(), true) };
        case 'module':
          return { code: project.transpile(source, file, project.moduleOptions(), !isInstalled(file)) };
        default:
          return { code: source };
      }
    },
  };
}

/** The text of the preset, which cached results depend on, beside the file itself and the compiler. */
const PRESET = readdirSync(__dirname)
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(path.join(__dirname, name), 'utf8'))
  .join('\0');

function openProject(rootDir, tsconfig) {
  const compiler = findCompiler(rootDir);
  const transformers = once(() => [hoistMocks(compiler.load()), moduleSyntax(compiler.load())]);
  return {
    environment: [PRESET, tsconfigTexts(tsconfig), compiler.name, compiler.version, process.version].join('\0'),

    typeScriptOptions: once(() => readCompilerOptions(compiler.load(), tsconfig)),

    moduleOptions: once(() => {
      const ts = compiler.load();
      return {
        module: ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2022,
        allowJs: true,
        esModuleInterop: true,
        inlineSourceMap: true,
        inlineSources: true,
      };
    }),

    /** @throws SyntaxError when the file has a syntax error: `transpileModule` itself would emit it unchanged. */
    transpile(source, file, compilerOptions, own) {
      const ts = compiler.load();
      const { outputText, diagnostics } = ts.transpileModule(source, {
        // The compiler keeps an `.mjs` and an `.mts` file an ES module whatever the options say.
        fileName: file.replace(/\.m([jt]s)$/, '.$1'),
        compilerOptions,
        transformers: { before: own ? transformers() : transformers().slice(1) },
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

/** The kind of a file: `typescript` and `module` are compiled, `plain` is not. */
function kindOf(file, source) {
  if (/\.[cm]?tsx?$/.test(file)) return 'typescript';
  if (file.endsWith('.cjs')) return 'plain';
  if (file.endsWith('.mjs') || file.endsWith('.jsx')) return 'module';
  if (packageType(path.dirname(file)) === 'module') return 'module';
  // The project's own JavaScript may be written with imports, or have mocks to hoist.
  return !isInstalled(file) && /^\s*(import|export)\b|\bjest\b/m.test(source) ? 'module' : 'plain';
}

/** True for a file of an installed package. */
const isInstalled = (file) => /[\\/]node_modules[\\/]/.test(file);

function once(make) {
  let made;
  return () => (made ??= make());
}

const { canInstrument, getCacheKey, process: transform } = createTransformer();

// Listed one by one, so that an ES module can import them by name.
module.exports = { canInstrument, getCacheKey, process: transform, createTransformer };
