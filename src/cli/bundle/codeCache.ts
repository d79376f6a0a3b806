import { createHash } from 'node:crypto';
import { Script, constants } from 'node:vm';

/** The length of the hash at the beginning of a code cache. */
const HASH_BYTES = 32;

/** Puts code into the function that Node makes of a CommonJS module. */
const wrap = (code: string): string => `(function (exports, require, module, __filename, __dirname) { ${code}\n})`;

/** Compiles the code of a CommonJS file in such a way that a starter file can use the cache of it. */
export const compileModule = (code: string, file: string): Script =>
  new Script(wrap(code), { filename: file, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });

/**
 * Writes the characters beyond ASCII as escapes, so that V8 keeps a byte for each character of the code in place of two, and reads
 * it in half of the time. esbuild has done so everywhere but in regular expressions and comments, where an escape means the same.
 * Templates must have been replaced: with a tag, they may be read as they are written.
 */
export const asciiCode = (code: string): string =>
  code.replace(/(\\*)([^\0-\x7f])/g, (_all, slashes: string, character: string) => {
    // The last of an odd number of backslashes escapes the character already.
    const before = slashes.length % 2 === 0 ? `${slashes}\\` : slashes;
    return `${before}u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });

/** The content of a cache file: V8's data after a hash of everything that it fits. */
export function sealCache(code: Uint8Array, data: Uint8Array): Buffer {
  return Buffer.concat([hashOf(code, data), data]);
}

const hashOf = (code: Uint8Array, data: Uint8Array): Buffer =>
  createHash('sha256')
    .update(`${process.version} ${process.platform} ${process.arch}`)
    .update(code)
    .update(data)
    .digest();

/**
 * The text of a starter file: it runs the code file beside it, compiled from the cache file where that fits. V8 itself would run
 * the code of another bundle with a source of the same length, and dies of damaged data: so the hash decides.
 *
 * @param code - the name of the code file.
 * @param cache - the name of the cache file.
 */
export const starterText = (code: string, cache: string): string => `'use strict';

const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const vm = require('node:vm');

// Written by "daemonry bundle --code-cache". Without the cache, or with one that does not fit, the code is run all the same.
const file = join(__dirname, ${JSON.stringify(code)});

function compiled() {
  // Node maps the stacks of modules only.
  if (process.sourceMapsEnabled) return undefined;
  let sealed;
  try {
    sealed = readFileSync(join(__dirname, ${JSON.stringify(cache)}));
  } catch {
    return undefined;
  }
  const source = readFileSync(file);
  const data = sealed.subarray(${HASH_BYTES});
  const engine = [process.version, process.platform, process.arch].join(' ');
  const hash = createHash('sha256').update(engine).update(source).update(data).digest();
  if (!hash.equals(sealed.subarray(0, ${HASH_BYTES}))) return undefined;
  // Of one byte for each character.
  return new vm.Script(${JSON.stringify(wrap('').slice(0, -3))} + source.toString('latin1') + '\\n})', {
    filename: file,
    cachedData: data,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
}

const run = compiled();
if (run === undefined) module.exports = require(file);
else run.call(module.exports, module.exports, require, module, file, __dirname);
`;
