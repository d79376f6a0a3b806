import { Script, constants } from 'node:vm';
import { crc32 } from 'node:zlib';

/** The length of the checksums at the beginning of a code cache. */
const SEAL_BYTES = 8;

/** The name of the parameter by which a starter file hands over its own `import()`. */
export const STARTER_IMPORT = '__starterImport';

/** The function that Node makes of a CommonJS module, before and after its code, with one parameter more. */
const HEAD = `(function (exports, require, module, __filename, __dirname, ${STARTER_IMPORT}) { `;
const TAIL = '\n})';

/** Compiles the code of a CommonJS file in such a way that a starter file can use the cache of it. */
export const compileModule = (code: string, file: string): Script =>
  new Script(`${HEAD}${code}${TAIL}`, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });

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

/** The content of a cache file: V8's data after checksums of everything that it fits. */
export function sealCache(code: Uint8Array, data: Uint8Array): Buffer {
  const source = Buffer.concat([Buffer.from(HEAD), code, Buffer.from(TAIL)]);
  const seal = Buffer.alloc(SEAL_BYTES);
  const engine = `${process.version} ${process.platform} ${process.arch}`;
  seal.writeUInt32LE(crc32(source, crc32(engine)), 0);
  seal.writeUInt32LE(crc32(data), 4);
  return Buffer.concat([seal, data]);
}

/**
 * The text of a starter file: it runs the code file beside it, compiled from the cache file where that fits. V8 itself would run
 * the code of another bundle with a source of the same length, and dies of damaged data: so checksums decide. Those of
 * `node:crypto` would take longer to load than to compute. A code file that is shorter than it was written is refused: what was cut,
 * as by a full disk, may still be a program, and an empty one ends at once with 0.
 *
 * @param code - the name of the code file.
 * @param bytes - its size.
 * @param cache - the name of the cache file.
 */
export const starterText = (code: string, bytes: number, cache: string): string => `'use strict';

const { closeSync, openSync, readFileSync, readSync, statSync } = require('node:fs');
const { join } = require('node:path');
const vm = require('node:vm');
const { crc32 } = require('node:zlib');

// Written by "daemonry bundle --code-cache". Without the cache, or with one that does not fit, the code is run all the same.
const file = join(__dirname, ${JSON.stringify(code)});
const { size } = statSync(file);
if (size < ${bytes}) {
  throw new Error(file + ' has been cut: of ${bytes} bytes it has ' + size + '.\\nTo fix this: copy the files of the bundle again.');
}

function compiled() {
  // Node maps the stacks of modules only.
  if (process.sourceMapsEnabled) return undefined;
  let sealed;
  try {
    sealed = readFileSync(join(__dirname, ${JSON.stringify(cache)}));
  } catch {
    return undefined;
  }
  const source = readBetween(${JSON.stringify(HEAD)}, ${JSON.stringify(TAIL)});
  const data = sealed.subarray(${SEAL_BYTES});
  const engine = [process.version, process.platform, process.arch].join(' ');
  const seal = Buffer.alloc(${SEAL_BYTES});
  seal.writeUInt32LE(crc32(source, crc32(engine)), 0);
  seal.writeUInt32LE(crc32(data), 4);
  if (!seal.equals(sealed.subarray(0, ${SEAL_BYTES}))) return undefined;
  // Of one byte for each character.
  return new vm.Script(source.toString('latin1'), {
    filename: file,
    cachedData: data,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
}

// In one piece, since V8 would copy a text that is put together.
function readBetween(head, tail) {
  const descriptor = openSync(file);
  const end = head.length + size;
  const source = Buffer.allocUnsafe(end + tail.length);
  source.write(head, 0, 'latin1');
  let place = head.length;
  for (let read = 1; place < end && read > 0; place += read) read = readSync(descriptor, source, place, end - place);
  closeSync(descriptor);
  source.write(tail, place, 'latin1');
  return source.subarray(0, place + tail.length);
}

// Node 20 refuses import() in code that comes from a cache.
const load = (specifier) => import(specifier);
const run = compiled();
if (run === undefined) module.exports = require(file);
else run.call(module.exports, module.exports, require, module, __filename, __dirname, load);
`;
