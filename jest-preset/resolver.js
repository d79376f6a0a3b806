'use strict';

const path = require('node:path');

const packageType = require('./packageType');

/** The sources that stand for a compiled file, as for the compiler: before the file itself. */
const EXTENSION_ALIAS = {
  '.js': ['.ts', '.tsx', '.js'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
};

/**
 * Resolves with Jest's resolver, but as the compiler and Node do for the file that asks:
 *
 * - `./order.js` is `./order.ts` where there is one, also behind an alias, the `imports` and the `exports` of a package.
 *   Installed packages are taken as they are.
 * - In a package of `"type": "module"` the condition `import` holds, elsewhere `require`. What has no such entry is found
 *   by the other one.
 */
module.exports = function resolve(request, options) {
  let problem;
  for (const way of waysOf(options)) {
    try {
      const found = options.defaultResolver(request, way);
      return isSourceOfInstalled(found)
        ? options.defaultResolver(request, { ...options, conditions: way.conditions })
        : found;
    } catch (error) {
      problem ??= error;
    }
  }
  warnOfPackage(problem);
  return sourceOf(request, options) ?? notFound(problem, request, options);
};

/** The options of the attempts, one after the other. */
function waysOf(options) {
  const toSources = { extensions: sourcesFirst(options.extensions), extensionAlias: EXTENSION_ALIAS };
  return conditionsFor(options).flatMap((conditions) => {
    const asItIs = { ...options, conditions };
    return isInstalled(options.basedir) ? [asItIs] : [{ ...asItIs, ...toSources }, asItIs];
  });
}

/** The source for the path of a compiled file, with the resolver of Jest 29, which knows of no `extensionAlias`. */
function sourceOf(request, options) {
  const extension = path.extname(request);
  if (!request.startsWith('.') || EXTENSION_ALIAS[extension] === undefined) return undefined;
  const stem = request.slice(0, -extension.length);
  for (const source of EXTENSION_ALIAS[extension].filter(isSource)) {
    try {
      return options.defaultResolver(stem + source, options);
    } catch {
      // There may be the next one.
    }
  }
  return undefined;
}

/** The conditions that the asking file has in Node, then those of the other kind of module. */
function conditionsFor({ basedir, conditions }) {
  if (conditions === undefined) return [undefined];
  const others = conditions.filter((one) => one !== 'require' && one !== 'import');
  const kinds = packageType(basedir) === 'module' ? ['import', 'require'] : ['require', 'import'];
  return kinds.map((kind) => [kind, ...others]);
}

/** Each list of extensions, with those of sources before those of compiled files. */
const sorted = new WeakMap();

function sourcesFirst(extensions) {
  if (extensions === undefined) return undefined;
  let result = sorted.get(extensions);
  if (result === undefined) {
    result = [...extensions].sort((a, b) => Number(isSource(b)) - Number(isSource(a)));
    sorted.set(extensions, result);
  }
  return result;
}

const isSource = (file) => /\.[cm]?tsx?$/.test(file);

/** True for a file that an installed package ships beside what it is compiled to, and for a declaration file. */
const isSourceOfInstalled = (file) => isSource(file) && (isInstalled(file) || /\.d\.[cm]?ts$/.test(file));

const isInstalled = (file) => /[\\/]node_modules[\\/]/.test(file);

/** The package.json files that were warned of. */
const unreadable = new Set();

/** Tells of a package.json that is no JSON. Jest says of what needs it that it does not exist, whatever is thrown here. */
function warnOfPackage({ message }) {
  const file = /^JSONError .*?path: "([^"]+)"/.exec(message)?.[1].replaceAll('\\\\', '\\');
  if (file === undefined || unreadable.has(file)) return;
  unreadable.add(file);
  try {
    packageType(path.dirname(file));
  } catch (error) {
    process.emitWarning(error);
  }
}

/** @throws the problem of the resolver; of the `imports` of a package it says nothing but the request. */
function notFound(problem, request, { basedir, rootDir }) {
  if (request.startsWith('#') && !problem.message.includes(' from ')) {
    problem.message += ` from '${path.relative(rootDir ?? '', basedir) || '.'}', by the "imports" of its package.json`;
  }
  throw problem;
}
