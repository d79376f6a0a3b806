import { writeFileSync } from 'node:fs';

import { MODULES, readModulePage } from './readModulePage';

// Writes the settings tables of modules/docs: `npm run docs:settings [-- <module>…]`.
const named = process.argv.slice(2);
for (const module of named.length > 0 ? named : MODULES) {
  const { file, text, expected, problems } = readModulePage(module);
  const wrong = text === undefined ? [`${file} is missing`, ...problems] : problems;
  for (const problem of wrong) console.error(problem);
  if (wrong.length > 0) process.exitCode = 1;
  if (expected === undefined || expected === text) continue;
  writeFileSync(file, expected);
  console.log(`wrote ${file}`);
}
