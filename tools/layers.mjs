import { cruise, format } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

// Checks who imports whom: the rules of .dependency-cruiser.cjs, and that no folders of the first or second level import each
// other, directly or through others. Two folders that need each other are one.
//
//   node tools/layers.mjs <folder>…
const CONFIG = './.dependency-cruiser.cjs';

/** The public door re-exports the decorators, which record what src/contracts describes. */
const EXCEPTION = 'src/index.ts';

const options = await extractDepcruiseOptions(CONFIG);
const tsConfig = extractTSConfig('tsconfig.json');
const { output } = await cruise(process.argv.slice(2), options, undefined, { tsConfig });
const report = await format(output, { outputType: 'err' });
console.log(report.output);

const cycles = [1, 2].flatMap((level) => folderCycles(output.modules, level));
for (const cycle of cycles) console.error(`error folders-import-one-way: ${cycle.join(' → ')}`);
process.exitCode = report.exitCode === 0 && cycles.length === 0 ? 0 : 1;

function folderCycles(modules, level) {
  const imports = new Map();
  for (const { source, dependencies } of modules) {
    const from = folderOf(source, level);
    if (source === EXCEPTION || from === undefined) continue;
    for (const { resolved } of dependencies) {
      const to = folderOf(resolved, level);
      if (to === undefined || to === from) continue;
      imports.set(from, (imports.get(from) ?? new Set()).add(to));
    }
  }
  return [...imports.keys()].flatMap((folder) => {
    const path = pathBack(folder, imports);
    // Each circle is told once, from its first folder in alphabetical order.
    return path !== undefined && path.every((other) => other >= folder) ? [path] : [];
  });
}

/** The folder of a file of this project, cut to a level. */
function folderOf(file, level) {
  const folders = file.split('/').slice(0, -1);
  const foreign = folders.length === 0 || folders.includes('node_modules') || file.startsWith('node:');
  return foreign ? undefined : folders.slice(0, level).join('/');
}

/** The shortest way from a folder back to itself. */
function pathBack(start, imports) {
  const seen = new Set();
  const paths = [[start]];
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
    for (const next of imports.get(path.at(-1)) ?? []) {
      if (next === start) return [...path, start];
      if (seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  return undefined;
}
