'use strict';

const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

/**
 * The `exports` of the manifest of `@daemonry/modules`: each folder of `modules/` that has an `index.ts` is an entry point, in
 * alphabetical order before `./package.json`, and no other folder is.
 */
module.exports = function moduleExports(folder) {
  const modules = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'index.ts')))
    .sort()
    .map((name) => [`./${name}`, targets(name)]);
  return Object.fromEntries([...modules, ['./package.json', './package.json']]);
};

const targets = (name) => ({
  'daemonry-source': `./${name}/index.ts`,
  types: `./dist/${name}/index.d.ts`,
  default: `./dist/${name}/index.js`,
});
