'use strict';

const { existsSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

const PresetError = require('./PresetError');

/** The path of the `tsconfig.json` in `directory`, else in the nearest folder above; undefined when there is none. */
function findTsconfig(directory) {
  const file = path.join(directory, 'tsconfig.json');
  if (existsSync(file)) return file;
  const parent = path.dirname(directory);
  return parent === directory ? undefined : findTsconfig(parent);
}

/** The texts read so far, by path. */
const texts = new Map();

/**
 * The text of a tsconfig and of every one that it extends, which cached results depend on. Read without the compiler,
 * so an `extends` in a comment counts as well; that does no harm.
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

/** The path of a base; undefined when there is no such file, which the compiler reports later. */
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

/** The options without which nothing can be injected: a constructor's types would be unknown at run time. */
const NEEDED = ['experimentalDecorators', 'emitDecoratorMetadata'];

/** Options that make no sense for a single file: about the output, files beside it, and the resolution of imports. */
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
 * Reads the compiler options of a tsconfig and of those it extends, and adapts them to Jest: CommonJS, decorators with
 * metadata, an inline source map. Without a tsconfig, the options for ES2022.
 *
 * @throws PresetError when it cannot be read, or switches decorators or their metadata off.
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
  // The files of the project do not matter, so the disk is not searched for them.
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
