'use strict';

const { existsSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

const PresetError = require('./PresetError');

/** The `tsconfig.json` of `directory`, else of the nearest folder above; undefined when there is none. */
function findTsconfig(directory) {
  const file = path.join(directory, 'tsconfig.json');
  if (existsSync(file)) return file;
  const parent = path.dirname(directory);
  return parent === directory ? undefined : findTsconfig(parent);
}

const texts = new Map();

/**
 * The text of a tsconfig and of every one that it extends: what a cached result depends on. Read without the compiler, so
 * `extends` inside a comment counts as well, which does no harm.
 */
function tsconfigTexts(file, seen = new Set()) {
  if (file === undefined || seen.has(file)) return '';
  seen.add(file);
  const text = readText(file);
  const bases = [...text.matchAll(/"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/g)].flatMap(([, value]) =>
    [...value.matchAll(/"([^"]*)"/g)].map(([, base]) => resolveBase(base, file)),
  );
  return [file, text, ...bases.map((base) => tsconfigTexts(base, seen))].join('\0');
}

function readText(file) {
  let text = texts.get(file);
  if (text === undefined) {
    text = readFileSync(file, 'utf8');
    texts.set(file, text);
  }
  return text;
}

/** Undefined when there is no such file: the compiler says so itself, and better. */
function resolveBase(base, file) {
  const names = [base, `${base}.json`, `${base}/tsconfig.json`];
  if (base.startsWith('.') || path.isAbsolute(base)) {
    return names
      .map((name) => path.resolve(path.dirname(file), name))
      .find((name) => /\.json$/.test(name) && existsSync(name));
  }
  const require = createRequire(file);
  for (const name of names) {
    try {
      return require.resolve(name);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    }
  }
  return undefined;
}

/** Without these, a constructor's types are not there at run time, and nothing can be injected. */
const NEEDED = ['experimentalDecorators', 'emitDecoratorMetadata'];

/** What has no place in a transformer: where output goes, what is written beside it, and how imports are looked up. */
const MEANINGLESS = [
  ...['composite', 'declaration', 'declarationDir', 'declarationMap', 'emitDeclarationOnly', 'incremental'],
  ...[
    'isolatedDeclarations',
    'mapRoot',
    'noEmit',
    'noEmitOnError',
    'outDir',
    'outFile',
    'paths',
    'rewriteRelativeImportExtensions',
  ],
  ...[
    'rootDir',
    'rootDirs',
    'sourceMap',
    'sourceRoot',
    'stripInternal',
    'tsBuildInfoFile',
    'typeRoots',
    'types',
    'lib',
  ],
  ...[
    'allowImportingTsExtensions',
    'customConditions',
    'moduleResolution',
    'resolvePackageJsonExports',
    'resolvePackageJsonImports',
  ],
  ...['baseUrl', 'verbatimModuleSyntax', 'erasableSyntaxOnly', 'moduleDetection'],
];

/**
 * The compiler options of the tsconfig, `extends` followed, as a transformer for Jest needs them: CommonJS, decorators with
 * metadata, an inline source map.
 *
 * @throws PresetError when it cannot be read, or has switched decorators or their metadata off.
 */
function readCompilerOptions(ts, file) {
  const options = file === undefined ? { target: ts.ScriptTarget.ES2022 } : parse(ts, file);
  for (const name of NEEDED) {
    if (options[name] !== false) continue;
    throw new PresetError(
      'JEST_DECORATORS_OFF',
      `"${name}" is switched off, so daemonry could not see what a constructor needs.`,
      { tsconfig: file },
      `set "compilerOptions": { "${name}": true } there, or leave the option out: the preset switches it on.`,
    );
  }
  for (const name of MEANINGLESS) delete options[name];
  return {
    ...options,
    module: ts.ModuleKind.CommonJS,
    esModuleInterop: true,
    isolatedModules: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    noEmitHelpers: false,
    removeComments: false,
    inlineSourceMap: true,
    inlineSources: true,
    ...(options.jsx === ts.JsxEmit.Preserve ? { jsx: ts.JsxEmit.ReactJSX } : {}),
  };
}

function parse(ts, file) {
  // Which files belong to the project does not matter, so none is looked for.
  const host = { ...ts.sys, useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames, readDirectory: () => [] };
  const { config, error } = ts.readConfigFile(file, ts.sys.readFile);
  const parsed =
    error === undefined ? ts.parseJsonConfigFileContent(config, host, path.dirname(file), {}, file) : undefined;
  const errors = (parsed?.errors ?? [error]).filter(({ code }) => code !== NO_INPUTS && code !== EMPTY_FILES);
  if (errors.length === 0) return parsed.options;
  throw new PresetError(
    'JEST_TSCONFIG_INVALID',
    'The Jest preset of daemonry cannot read the tsconfig of the project.',
    {
      tsconfig: file,
      problems: errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('; '),
    },
    'correct it: `npx tsc --showConfig` shows what the compiler makes of it.',
  );
}

const NO_INPUTS = 18003;
const EMPTY_FILES = 18002;

module.exports = { findTsconfig, tsconfigTexts, readCompilerOptions };
