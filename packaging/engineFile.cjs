'use strict';

const { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { join, posix, relative, resolve, sep } = require('node:path');
const { build } = require('esbuild');

/**
 * A step of a build: puts the files that an application loads into four, in which all modules share one scope: `src/engine.js`,
 * `src/base.js` with those that the command line needs as well, which does without inversify, `src/state.js` with those that work
 * with the state database, which applications that keep nothing do not load, and `src/history.js` with those of the history. Node spends
 * more time on finding, reading and compiling 250 files, and on functions and `exports` for each of them, than on running them.
 *
 *   node packaging/engineFile.cjs <folder>   the folder of the build, from the root of the repository
 *
 * A module that is required within a function, since most applications do not need it, becomes a file of its own, with all that
 * nobody else needs. The testing kit and the command line stay as they were compiled. They take what they need of the engine by
 * a line that stands in place of its file, so that there is one instance of each module; a file that nobody takes is removed.
 * The watchdog's thread shares no instance with anyone: its file has all that it needs.
 */
const ENTRY = 'src/index.ts';
const THREAD = 'src/watchdog/watchdogThread.ts';
const ENGINE = 'src/engine.js';
const BASE = 'src/base.js';
const STATE = 'src/state.js';
const HISTORY = 'src/history.js';
const OF_STATE = /^src\/state\//;
const OF_HISTORY = /^src\/history\//;
const COMMAND_LINE = /^src\/cli\//;
const OWN_FILES = /^src\/(testing|cli)\//;

const root = resolve(__dirname, '..');
const folder = resolve(root, process.argv[2]);

const options = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  metafile: true,
  packages: 'external',
  external: ['daemonry:*'],
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'none',
  logLevel: 'warning',
};

const slashes = (path) => path.split(sep).join(posix.sep);
const compiled = (source) => source.replace(/\.ts$/, '.js');
/** The source of a file of the build. */
const sourceFile = (file) => file.replace(/\.js$/, '.ts');
/** The text by which a file of the build requires another one. */
const pathTo = (from, to) => {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
};
/** The file that a path means, which may be that of a folder; undefined if there is none. */
const fileAt = (path, extension) =>
  [`${path}${extension}`, join(path, `index${extension}`)].find((candidate) => existsSync(candidate));
/** The source that an import means. */
const sourceOf = ({ path, resolveDir }) => slashes(relative(root, fileAt(resolve(resolveDir, path), '.ts') ?? path));

/** Leaves a module that is required within a function outside, as the file of the build that it will be, and notes it. */
const laterModules = (of, found) => ({
  name: 'later-modules',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\./ }, (args) => {
      if (args.kind !== 'require-call') return undefined;
      const source = sourceOf(args);
      found.add(source);
      return { path: pathTo(of, compiled(source)), external: true };
    }),
});

const exportsOf = new Map();
/** The names that a module exports, read before its own file is removed. */
const namesOf = (source) => {
  if (!exportsOf.has(source)) exportsOf.set(source, Object.keys(require(join(folder, compiled(source)))).sort());
  return exportsOf.get(source);
};

/**
 * Takes modules from a file that has them, and notes them.
 *
 * @param fileOf - the file of each module that is in one.
 * @param isNoted - true if they are noted only.
 */
const takenModules = (fileOf, taken, isNoted = false) => ({
  name: 'taken-modules',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^\./ }, (args) => {
      const path = sourceOf(args);
      if (args.kind !== 'import-statement' || !fileOf.has(path)) return undefined;
      taken.add(path);
      return isNoted ? { path, external: true } : { path, namespace: 'taken', sideEffects: false };
    });
    onLoad({ filter: /^/, namespace: 'taken' }, ({ path }) => ({
      contents: `export const { ${namesOf(path).join(', ')} } = require('daemonry:${fileOf.get(path)}').modules['${compiled(path)}'];`,
    }));
  },
});

/** The modules that esbuild has put into a file. */
const partsOf = ({ metafile }) => Object.keys(metafile.inputs).filter((path) => /^[^:<]+\.ts$/.test(path));

/**
 * A file that has modules, with all that they need, and exports each of them by its name. An object of values in place of a
 * namespace: esbuild gives one a function for each export, and Node would compile hundreds of them at each start.
 */
function buildModules(file, modules, plugins) {
  const parts = [...modules].map((path, index) => {
    const names = namesOf(path);
    return {
      statement: `import { ${names.map((name) => `${name} as m${index}_${name}`).join(', ')} } from './${path}';`,
      entry: `'${compiled(path)}': { ${names.map((name) => `${name}: m${index}_${name}`).join(', ')} },`,
    };
  });
  const contents = [
    ...parts.map(({ statement }) => statement),
    'export const modules = {',
    ...parts.map(({ entry }) => entry),
    '};',
  ].join('\n');
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  return build({ ...options, stdin, outfile: join(folder, file), plugins });
}

/** A module that is loaded later, with all that it needs beside the engine. */
const buildLater = (source, plugins) =>
  build({ ...options, entryPoints: [source], outfile: join(folder, compiled(source)), plugins });

/** The files of the build that some of them require, directly or not, up to those that are modules of the engine. */
function requiredBy(pattern, isOfEngine) {
  const files = readdirSync(folder, { recursive: true }).map(slashes);
  const waiting = files.filter((file) => pattern.test(file) && file.endsWith('.js'));
  const required = new Set(waiting);
  for (const file of waiting) {
    if (isOfEngine(file)) continue;
    for (const [, path] of readFileSync(join(folder, file), 'utf8').matchAll(/require\("(\.[^"]+)"\)/g)) {
      const found = fileAt(join(folder, posix.dirname(file), path.replace(/\.js$/, '')), '.js');
      const other = found && slashes(relative(folder, found));
      if (other === undefined || required.has(other)) continue;
      required.add(other);
      waiting.push(other);
    }
  }
  return required;
}

/** Some modules of the engine, and all that they import. */
function withImports(modules, { metafile }) {
  const all = new Set(modules);
  for (const path of all) {
    for (const { path: imported, kind, external } of metafile.inputs[path].imports) {
      if (external !== true && kind === 'import-statement') all.add(imported);
    }
  }
  return all;
}

/**
 * Decides which modules are of the engine: those that its entry needs, and those that several of the other files need, so that no
 * module is there twice; and which of them are of the base.
 */
async function planFiles() {
  for (const more = new Set([ENTRY]); ;) {
    const later = new Set();
    const built = await buildModules(ENGINE, more, [laterModules(ENGINE, later)]);
    const engine = new Map(partsOf(built).map((path) => [path, ENGINE]));
    const taken = new Set([...more, ...[...later].filter((source) => engine.has(source))]);
    const owners = new Map();
    for (const source of later) {
      if (engine.has(source)) continue;
      const plugins = [laterModules(compiled(source), later), takenModules(engine, taken, true)];
      for (const part of partsOf(await buildLater(source, plugins))) {
        owners.set(part, [...(owners.get(part) ?? []), source]);
      }
    }
    const isKnown = (file) => engine.has(sourceFile(file)) || later.has(sourceFile(file));
    const others = requiredBy(OWN_FILES, isKnown);
    const shared = [...owners].filter(([part, by]) => by.length > 1 || (by[0] !== part && others.has(compiled(part))));
    for (const [part] of shared) more.add(part);
    if (shared.length > 0) continue;

    const ofEngine = (files) => [...files].map(sourceFile).filter((source) => engine.has(source));
    for (const source of ofEngine(others)) taken.add(source);
    const ofEntry = withImports([ENTRY], built);
    const only = (pattern) => [...engine.keys()].filter((path) => pattern.test(path) && !ofEntry.has(path));
    const [state, history] = [only(OF_STATE), only(OF_HISTORY)];
    const base = withImports([...ofEngine(requiredBy(COMMAND_LINE, isKnown)), ...state, ...history], built);
    const fileFor = (path) => {
      if (state.includes(path)) return STATE;
      if (history.includes(path)) return HISTORY;
      return base.has(path) ? BASE : ENGINE;
    };
    const fileOf = new Map([...engine.keys()].map((path) => [path, fileFor(path)]));
    return { fileOf, taken, later: [...later].filter((source) => !engine.has(source)), others };
  }
}

function write({ outputFiles }) {
  // esbuild leaves comments as they are.
  const { asciiCode } = require(join(folder, 'src/cli/bundle/codeCache.js'));
  for (const { path, text } of outputFiles) {
    const file = slashes(relative(folder, path));
    writeFileSync(
      path,
      asciiCode(text).replace(/"daemonry:([^"]+)"/g, (_all, other) => `"${pathTo(file, other)}"`),
    );
  }
}

/** Fails if a file would have others loaded, or packages, that whoever loads it is to be spared. */
function checkNeeds(file, { metafile }, files) {
  const spared = {
    [BASE]: ['inversify', STATE, HISTORY, ENGINE],
    [STATE]: ['inversify', HISTORY, ENGINE],
    [HISTORY]: ['inversify', ENGINE],
    [ENGINE]: [STATE, HISTORY],
  }[file];
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  const found = spared.filter((each) => files.includes(each) || imported.includes(each));
  if (found.length > 0) throw new Error(`${file} would need ${found.join(' and ')}`);
}

async function main() {
  const { fileOf, taken, later, others } = await planFiles();
  for (const source of fileOf.keys()) namesOf(source);
  const unneeded = readdirSync(folder, { recursive: true }).map(slashes);
  for (const file of unneeded) if (file.endsWith('.js') && !others.has(file)) rmSync(join(folder, file));

  const exported = new Set(taken);
  const buildFile = (file, takenByIt, isNoted) => {
    const others = new Map([...fileOf].filter(([, other]) => other !== file));
    const modules = [...exported].filter((path) => fileOf.get(path) === file);
    return buildModules(file, modules, [laterModules(file, new Set()), takenModules(others, takenByIt, isNoted)]);
  };
  // To learn what the others export for them.
  for (const file of [ENGINE, STATE, HISTORY]) await buildFile(file, exported, true);
  for (const file of [BASE, STATE, HISTORY, ENGINE]) {
    const takenByIt = new Set();
    const built = await buildFile(file, takenByIt);
    checkNeeds(
      file,
      built,
      [...takenByIt].map((path) => fileOf.get(path)),
    );
    write(built);
  }
  for (const source of later) {
    const plugins = [laterModules(compiled(source), new Set()), takenModules(fileOf, new Set())];
    write(await buildLater(source, plugins));
  }
  write(await build({ ...options, entryPoints: [THREAD], outfile: join(folder, compiled(THREAD)) }));
  for (const source of taken) {
    const file = compiled(source);
    const module = `require('${pathTo(file, fileOf.get(source))}').modules['${file}']`;
    // Node finds the names that an ES module can import by reading this file, not by running it.
    writeFileSync(
      join(folder, file),
      `'use strict';\nmodule.exports = Object.defineProperty(${module}, '__esModule', { value: true });\n` +
        `0 && (module.exports = { ${namesOf(source).join(', ')} });\n`,
    );
  }
}

void main();
