'use strict';

const { createRequire } = require('node:module');
const path = require('node:path');

const PresetError = require('./PresetError');

/**
 * The packages that are looked for, in this order. The `typescript` package is a native program since version 7, so a
 * project that uses it needs a compiler in JavaScript beside it: `@typescript/typescript6`, or `typescript@6` under the
 * alias `typescript6`.
 */
const PACKAGES = ['typescript', '@typescript/typescript6', 'typescript6'];
/** From this version on, `typescript` has to be loaded to see whether it is a compiler in JavaScript. */
const FIRST_NATIVE_MAJOR = 7;

/** The compilers found so far, by the root of the project. */
const found = new Map();

/**
 * Finds the compiler of the project at `rootDir`: its own, else one that daemonry can see. Returns its name, its
 * version and `load()`, which returns the compiler. Loading takes a third of a second and is not needed for the
 * version, so a worker that finds everything in Jest's cache does without.
 *
 * @throws PresetError that names the package to install when there is none.
 */
function findCompiler(rootDir) {
  let compiler = found.get(rootDir);
  if (compiler === undefined) {
    compiler = search(rootDir);
    found.set(rootDir, compiler);
  }
  return compiler;
}

function search(rootDir) {
  const seen = {};
  for (const from of [path.join(rootDir, 'package.json'), __filename]) {
    const require = createRequire(from);
    for (const name of PACKAGES) {
      const version = versionOf(require, name);
      if (version === undefined) continue;
      if (name === 'typescript' && Number.parseInt(version, 10) < FIRST_NATIVE_MAJOR) {
        return { name, version, load: () => require(name) };
      }
      const compiler = require(name);
      if (typeof compiler.transpileModule === 'function') {
        return { name, version: compiler.version, load: () => compiler };
      }
      seen[name] ??= `${version}, which has no JavaScript compiler`;
    }
  }
  throw new PresetError(
    'JEST_COMPILER_MISSING',
    'The Jest preset of daemonry found no TypeScript compiler that runs as JavaScript.',
    { project: rootDir, ...Object.fromEntries(PACKAGES.map((name) => [name, seen[name] ?? 'not installed'])) },
    seen.typescript === undefined
      ? 'npm install --save-dev typescript@6'
      : 'npm install --save-dev @typescript/typescript6 – your own compiler stays as it is; the preset alone uses this one.',
  );
}

function versionOf(require, name) {
  try {
    return require(`${name}/package.json`).version;
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined;
    throw error;
  }
}

module.exports = { findCompiler };
