import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Loads every entry point of a package that is installed in a folder, by `import` and by `require`, where nothing but the
// core and its required peers is: a module loads its client library when it is started, not when it is imported.
//
//   node packaging/load.mjs <folder> <package>
const [folder, name] = process.argv.slice(2);
const from = createRequire(join(folder, 'package.json'));
const { exports } = JSON.parse(readFileSync(from.resolve(`${name}/package.json`), 'utf8'));

// These run in Jest, or change the process that loads them.
const ELSEWHERE = /^\.\/(jest-preset\/environment|testing\/faults)$/;

for (const path of Object.keys(exports).filter((path) => !ELSEWHERE.test(path) && !path.endsWith('.json'))) {
  const file = from.resolve(join(name, path));
  const required = Object.keys(from(file));
  const imported = await import(pathToFileURL(file).href);
  assert.deepEqual(
    required.filter((name) => !(name in imported)),
    [],
    `${name} ${path}: names that an ES module cannot import`,
  );
}
