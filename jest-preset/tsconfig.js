'use strict';

const { existsSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

const PresetError = require('./PresetError');

/** The tsconfigs found so far, by directory. */
const nearest = new Map();

/** The path of the `tsconfig.json` in `directory`, else in the nearest folder above; undefined when there is none. */
function findTsconfig(directory) {
  if (!nearest.has(directory)) {
    const file = path.join(directory, 'tsconfig.json');
    const parent = path.dirname(directory);
    const isOutermost = parent === directory;
    nearest.set(directory, existsSync(file) ? file : isOutermost ? undefined : findTsconfig(parent));
  }
  return nearest.get(directory);
}

/** The texts read so far, by path. */
const texts = new Map();

/**
 * The text of a tsconfig, of every one that it extends and of every one that it references, which cached results depend
 * on. Read without the compiler, so an `extends` in a comment counts as well; that does no harm.
 */
function tsconfigTexts(file, seen = new Set()) {
  if (file === undefined || seen.has(file)) return '';
  seen.add(file);
  const text = readText(file);
  const bases = [...text.matchAll(/"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/g)].flatMap(([, value]) =>
    [...value.matchAll(/"([^"]*)"/g)].map(([, base]) => resolveBase(base, file)),
  );
  const references = [...text.matchAll(/"path"\s*:\s*"([^"]*)"/g)].map(([, to]) => resolveReference(to, file));
  return [file, text, ...[...bases, ...references].map((other) => tsconfigTexts(other, seen))].join('\0');
}

/** The path of a referenced tsconfig; undefined when there is none, which the compiler reports later. */
function resolveReference(to, file) {
  const place = path.resolve(path.dirname(file), to);
  return [place, path.join(place, 'tsconfig.json')].find((name) => name.endsWith('.json') && existsSync(name));
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
 * metadata, an inline source map. Without a tsconfig, or when it only has references, the options for ES2022.
 *
 * @throws PresetError when it cannot be read, or switches decorators or their metadata off.
 */
function readCompilerOptions(ts, file) {
  const { options, isOnlyReferences } = file === undefined ? { options: {}, isOnlyReferences: true } : parse(ts, file);
  for (const name of NEEDED) {
    if (options[name] !== false) continue;
    throw new PresetError(
      'JEST_DECORATORS_OFF',
      `"${name}" is switched off, so daemonry could not see what a constructor needs.`,
      { tsconfig: file },
      `set "compilerOptions": { "${name}": true } there, or leave the option out: the preset switches it on.`,
    );
  }
  // Some defaults depend on the module system of the build, so they are taken before it is changed.
  const target =
    isOnlyReferences && options.target === undefined ? ts.ScriptTarget.ES2022 : ts.getEmitScriptTarget(options);
  const esModuleInterop = ts.getEmitModuleKind(options) !== ts.ModuleKind.CommonJS || ts.getESModuleInterop(options);
  const kept = Object.entries(options).filter(([name]) => !MEANINGLESS.includes(name));
  return {
    ...Object.fromEntries(kept),
    target,
    module: ts.ModuleKind.CommonJS,
    esModuleInterop,
    isolatedModules: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    noEmitHelpers: false,
    importHelpers: false,
    removeComments: false,
    inlineSourceMap: true,
    inlineSources: true,
    ...(options.jsx === ts.JsxEmit.Preserve ? { jsx: ts.JsxEmit.ReactJSX } : {}),
  };
}

/** The files of each tsconfig read so far, and those of the tsconfigs that it references, by the first one's path. */
const holders = new Map();

/**
 * The tsconfig to compile a file by: the given one, or when it has `references` the first of them all that has the file.
 *
 * @throws PresetError when one of them cannot be read.
 */
function holderOf(ts, tsconfig, file) {
  if (tsconfig === undefined || !readText(tsconfig).includes('"references"')) return tsconfig;
  if (!holders.has(tsconfig)) holders.set(tsconfig, filesOf(ts, tsconfig));
  const name = path.normalize(file);
  return [...holders.get(tsconfig)].find(([, files]) => files.has(name))?.[0] ?? tsconfig;
}

function filesOf(ts, tsconfig, found = new Map()) {
  if (found.has(tsconfig)) return found;
  const { fileNames, projectReferences = [] } = parse(ts, tsconfig, ts.sys.readDirectory);
  found.set(tsconfig, new Set(fileNames.map((name) => path.normalize(name))));
  for (const reference of projectReferences) {
    filesOf(ts, path.normalize(ts.resolveProjectReferencePath(reference)), found);
  }
  return found;
}

/** Reads a tsconfig. Its files are listed only with the `readDirectory` of the compiler. */
function parse(ts, file, readDirectory = () => []) {
  const host = { ...ts.sys, useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames, readDirectory };
  const { config, error } = ts.readConfigFile(file, ts.sys.readFile);
  const parsed =
    error === undefined ? ts.parseJsonConfigFileContent(config, host, path.dirname(file), {}, file) : undefined;
  const errors = (parsed?.errors ?? [error]).filter(({ code }) => code !== NO_INPUTS && code !== EMPTY_FILES);
  if (errors.length === 0) return { ...parsed, isOnlyReferences: config.files?.length === 0 };
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

module.exports = { findTsconfig, holderOf, readCompilerOptions, tsconfigTexts };
