'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { lstatSync, readdirSync, readFileSync, statSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

/**
 * Compares the size of the packed package and the number of packages it brings with the table in docs/packaging.md, which
 * has a ceiling for each.
 *
 *   node packaging/footprint.cjs <folder of both tarballs> <folder> [--update]
 *
 * The second folder is one where the tarball of the core was installed with its required peers and nothing else. Ends with 1 where a figure is
 * above its ceiling, or further from what the page says than a tenth of that; --update writes the figures into the page.
 */
const PAGE = resolve(__dirname, '../docs/packaging.md');
const ROW = /^\| (?<name>[^|]+?) +\| +(?<said>[\d.]+)(?<unit> [kM]B)? +\| +(?<ceiling>[\d.]+)(?: [kM]B)? +\|$/gm;
const UNITS = { undefined: 1, ' kB': 1e3, ' MB': 1e6 };

/** Packages that only compile or test applications: they must not come with the core. */
const TOOLS = ['typescript', 'ts-node', 'jest', 'publint'];

function main([packed, folder, flag]) {
  const tarball = join(packed, 'daemonry.tgz');
  const installed = join(folder, 'node_modules');
  refuseStrangers(installed);
  const files = execFileSync('tar', ['-tf', tarball], { encoding: 'utf8' }).trim().split('\n');
  const figures = {
    tarball: statSync(tarball).size,
    unpacked: sizeOf(join(installed, 'daemonry')),
    files: files.length,
    'tarball of the modules': statSync(join(packed, 'daemonry-modules.tgz')).size,
    'installed, with all that comes along': sizeOf(installed),
    'packages, with its own': packagesIn(installed).length,
  };
  const page = readFileSync(PAGE, 'utf8');
  const problems = [];
  const seen = new Set();
  const written = page.replaceAll(ROW, (row, name, said, unit, ceiling) => {
    const measured = figures[name];
    if (measured === undefined) return row;
    seen.add(name);
    const scale = UNITS[unit];
    const text = unit === ' MB' ? (measured / scale).toFixed(1) : String(Math.round(measured / scale));
    console.log(`${name}: ${text}${unit ?? ''} (at most ${ceiling}${unit ?? ''})`);
    if (measured > ceiling * scale) {
      problems.push(
        `${name} is ${text}${unit ?? ''}, and its ceiling is ${ceiling}${unit ?? ''}: make it less, or raise it in docs/packaging.md.`,
      );
    } else if (Math.abs(measured - said * scale) > measured / 10) {
      problems.push(
        `docs/packaging.md says ${said}${unit ?? ''} of ${name}, and it is ${text}${unit ?? ''}: bash .ci/package --update.`,
      );
    }
    return row.replace(said, text.padEnd(said.length));
  });
  assert.deepEqual([...seen].sort(), Object.keys(figures).sort(), 'docs/packaging.md has a row for each figure');
  if (flag === '--update') writeFileSync(PAGE, written);
  else for (const problem of problems) console.error(problem);
  return flag === '--update' || problems.length === 0 ? 0 : 1;
}

/** No client library of a module, and no tool, comes with the core. */
function refuseStrangers(installed) {
  const optional = [join(installed, 'daemonry'), resolve(__dirname, '../modules')].flatMap((place) =>
    Object.keys(JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')).peerDependenciesMeta),
  );
  const present = new Set(packagesIn(installed).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)));
  const strangers = [...optional, ...TOOLS].filter((name) => present.has(name));
  assert.deepEqual(strangers, [], 'these come with the core, and belong to modules or tests');
}

/** The paths of all packages, nested ones included. */
function packagesIn(installed) {
  const { packages } = JSON.parse(readFileSync(join(installed, '.package-lock.json'), 'utf8'));
  return Object.keys(packages);
}

/** The sum of the sizes of all files: what blocks add to that depends on the disk. */
function sizeOf(path) {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

process.exitCode = main(process.argv.slice(2));
