'use strict';

const { readFileSync } = require('node:fs');
const path = require('node:path');

const PresetError = require('./PresetError');

/** The types found so far, by directory. */
const types = new Map();

/**
 * The `type` of the nearest package.json, in the directory or above: `module`, `commonjs`, or undefined where it has none.
 *
 * @throws PresetError when that package.json cannot be read.
 */
module.exports = function packageType(directory) {
  if (!types.has(directory)) types.set(directory, read(directory));
  return types.get(directory);
};

function read(directory) {
  const file = path.join(directory, 'package.json');
  try {
    // Node, npm and editors write and read files with a byte order mark.
    const type = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))?.type;
    return type === 'module' || type === 'commonjs' ? type : undefined;
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw unreadable(file, error);
    const parent = path.dirname(directory);
    // As for Node, what is installed has nothing of the project's.
    const isOutermost = parent === directory || path.basename(directory) === 'node_modules';
    return isOutermost ? undefined : module.exports(parent);
  }
}

const unreadable = (file, { message }) =>
  new PresetError(
    'JEST_PACKAGE_UNREADABLE',
    'A package.json cannot be read, so it is not known whether the files beside it are ES modules.',
    { file, problem: message },
    'correct the file; if it is that of an installed package, install the package again.',
  );
