'use strict';

const { readFileSync } = require('node:fs');
const path = require('node:path');

/** The types found so far, by directory. */
const types = new Map();

/** The `type` of the nearest package.json, in the directory or above: `module` or `commonjs`. */
module.exports = function packageType(directory) {
  let type = types.get(directory);
  if (type === undefined) {
    type = read(directory);
    types.set(directory, type);
  }
  return type;
};

function read(directory) {
  try {
    return JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')).type ?? 'commonjs';
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    const parent = path.dirname(directory);
    return parent === directory ? 'commonjs' : module.exports(parent);
  }
}
