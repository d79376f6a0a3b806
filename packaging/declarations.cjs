'use strict';

const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

/**
 * The last step of a build: says in every declaration that inversify is an ES module.
 *
 *   node packaging/declarations.cjs <folder>   the folder of the build, from the root of the repository
 *
 * The package is CommonJS, and under `module: node16` TypeScript refuses a CommonJS declaration that imports an ES module
 * unless the import names its mode. The compiler has no option that writes it.
 */
const IMPORT = /^import (?:type )?\{([^}]*)\} from 'inversify';$/gm;

const folder = resolve(__dirname, '..', process.argv[2]);
for (const file of readdirSync(folder, { recursive: true })) {
  if (!file.endsWith('.d.ts')) continue;
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  const named = text.replaceAll(
    IMPORT,
    (_import, names) =>
      `import type {${names.replaceAll(/\btype /g, '')}} from 'inversify' with { 'resolution-mode': 'import' };`,
  );
  if (named !== text) writeFileSync(path, named);
}
