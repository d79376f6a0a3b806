'use strict';

const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const PREFIX = './modules/';

/**
 * The `exports` of the manifest as they have to be: each folder in `modules/` that has an `index.ts` is an entry point, in
 * alphabetical order before `./package.json`, and no other folder is.
 */
module.exports = function moduleExports(root, exported) {
  const own = Object.entries(exported).filter(([path]) => !path.startsWith(PREFIX));
  const at = own.findIndex(([path]) => path === './package.json');
  const modules = readdirSync(join(root, 'modules'))
    .filter((name) => existsSync(join(root, 'modules', name, 'index.ts')))
    .sort()
    .map((name) => [`${PREFIX}${name}`, targets(name)]);
  return Object.fromEntries(own.toSpliced(at, 0, ...modules));
};

const targets = (name) => ({
  'daemonry-source': `./modules/${name}/index.ts`,
  types: `./dist/modules/${name}/index.d.ts`,
  default: `./dist/modules/${name}/index.js`,
});
