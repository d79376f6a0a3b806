'use strict';

const { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { join, posix, relative, resolve, sep } = require('node:path');
const { build } = require('esbuild');

/**
 * A step of a build: puts the files that an application loads into one, `src/engine.js`, in which all modules share one scope.
 * Node spends more time on finding, reading and compiling 250 files, and on functions and `exports` for each of them, than on
 * running them.
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
const OWN_FILES = /^src\/(testing|cli)\//;

const root = resolve(__dirname, '..');
const folder = resolve(root, process.argv[2]);

const options = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  metafile: true,
  packages: 'external',
  external: ['daemonry:engine'],
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'none',
  logLevel: 'warning',
};

const slashes = (path) => path.split(sep).join(posix.sep);
const compiled = (source) => source.replace(/\.ts$/, '.js');
/** The text by which a file of the build requires another one. */
const pathTo = (from, to) => {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
};
/** The source of a file of the build. */
const sourceFile = (file) => file.replace(/\.js$/, '.ts');
/** The file that a path means, which may be that of a folder; undefined if there is none. */
const fileAt = (path, extension) =>
  [`${path}${extension}`, join(path, `index${extension}`)].find((candidate) => existsSync(candidate));
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

/** Takes modules of the engine from its file. `names`: the exports of each. Without them, they are only noted. */
const engineModules = (engine, names, taken) => ({
  name: 'engine-modules',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^\./ }, (args) => {
      const path = sourceOf(args);
      if (args.kind !== 'import-statement' || !engine.has(path)) return undefined;
      taken.add(path);
      return names === undefined ? { path, external: true } : { path, namespace: 'engine', sideEffects: false };
    });
    onLoad({ filter: /^/, namespace: 'engine' }, ({ path }) => ({
      contents: `export const { ${names.get(path).join(', ')} } = require('daemonry:engine')['${compiled(path)}'];`,
    }));
  },
});

/** The modules that esbuild has put into a file. */
const partsOf = ({ metafile }) => Object.keys(metafile.inputs).filter((path) => /^[^:<]+\.ts$/.test(path));

/** The engine, with `more` modules than it needs itself, and with those that other files take from it as exports. */
const buildEngine = (more, taken, found) =>
  build({
    ...options,
    stdin: {
      contents: [...new Set([ENTRY, ...more, ...taken])]
        .map((path, index) => `import * as m${index} from './${path}'; export { m${index} as '${compiled(path)}' };`)
        .join('\n'),
      resolveDir: root,
      loader: 'ts',
    },
    outfile: join(folder, ENGINE),
    plugins: [laterModules(ENGINE, found)],
  });

/** A module that is loaded later, with all that it needs beside the engine. */
const buildLater = (source, plugins) =>
  build({ ...options, entryPoints: [source], outfile: join(folder, compiled(source)), plugins });

/** The files of the build that are required by those of the testing kit and the command line, directly or not. */
function requiredByOthers(isOfEngine) {
  const files = readdirSync(folder, { recursive: true }).map(slashes);
  const waiting = files.filter((file) => OWN_FILES.test(file) && file.endsWith('.js'));
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

/**
 * Decides which modules are of the engine: those that its entry needs, and those that several of the other files need, so that no
 * module is there twice.
 */
async function planFiles() {
  for (const more = new Set(); ;) {
    const later = new Set();
    const engine = new Set(partsOf(await buildEngine(more, [], later)));
    const taken = new Set([ENTRY, ...[...later].filter((source) => engine.has(source))]);
    const owners = new Map();
    for (const source of later) {
      if (engine.has(source)) continue;
      const of = compiled(source);
      const plugins = [laterModules(of, later), engineModules(engine, undefined, taken)];
      for (const part of partsOf(await buildLater(source, plugins))) {
        owners.set(part, [...(owners.get(part) ?? []), source]);
      }
    }
    const others = requiredByOthers((file) => engine.has(sourceFile(file)) || later.has(sourceFile(file)));
    for (const file of others) if (engine.has(sourceFile(file))) taken.add(sourceFile(file));
    const shared = [...owners].filter(([part, by]) => by.length > 1 || (by[0] !== part && others.has(compiled(part))));
    if (shared.length === 0)
      return { more, engine, taken, later: [...later].filter((source) => !engine.has(source)), others };
    for (const [part] of shared) more.add(part);
  }
}

/** V8 keeps two bytes for each character of a text, and reads it more slowly, if one of them is beyond ASCII: esbuild leaves comments. */
const inAscii = (text) =>
  text.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const write = ({ outputFiles }) => {
  for (const { path, text } of outputFiles) {
    const engine = pathTo(slashes(relative(folder, path)), ENGINE);
    writeFileSync(path, inAscii(text).replaceAll('require("daemonry:engine")', `require("${engine}")`));
  }
};

async function main() {
  const { more, engine, taken, later, others } = await planFiles();
  const compiledFiles = readdirSync(folder, { recursive: true })
    .map(slashes)
    .filter((file) => file.endsWith('.js') && !others.has(file));
  for (const file of compiledFiles) rmSync(join(folder, file));
  write(await buildEngine(more, taken, new Set()));
  const exported = require(join(folder, ENGINE));
  const names = new Map([...taken].map((source) => [source, Object.keys(exported[compiled(source)])]));
  for (const source of later) {
    const of = compiled(source);
    write(await buildLater(source, [laterModules(of, new Set()), engineModules(engine, names, new Set())]));
  }
  write(await build({ ...options, entryPoints: [THREAD], outfile: join(folder, compiled(THREAD)) }));
  for (const source of taken) {
    const file = compiled(source);
    const module = `require('${pathTo(file, ENGINE)}')['${file}']`;
    // Node finds the names that an ES module can import by reading this file, not by running it.
    writeFileSync(
      join(folder, file),
      `'use strict';\nmodule.exports = Object.defineProperty(${module}, '__esModule', { value: true });\n` +
        `0 && (module.exports = { ${names.get(source).join(', ')} });\n`,
    );
  }
}

void main();
