import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

import { CommandError } from '../cliErrors';
import { packageOf } from '../packages';
import { type BuildFailure, type BuildResult, loadEsbuild, type Message, type Plugin } from './esbuild';
import { bannerOf, finishCode } from './finishCode';
import { LeftOutside, type OutsidePackage, owningPackage } from './LeftOutside';

/** An application to bundle. */
export interface BundleRequest {
  /** The compiled entry file: absolute, symbolic links resolved. */
  readonly entry: string;
  /** The file that the code is written to. */
  readonly file: string;
  readonly minify: boolean;
  /**
   * The starter file of code that V8 gets from a cache; undefined for other code. As a start only reads such code, it is written
   * without comments and indentation.
   */
  readonly starter: string | undefined;
  /** Packages to leave outside. */
  readonly external: readonly string[];
}

interface BundleFile {
  readonly path: string;
  readonly contents: Uint8Array;
}

/** A bundle that is not written yet. */
export interface Bundle {
  readonly files: readonly BundleFile[];
  /** The files that it is made of, absolute. */
  readonly inputs: readonly string[];
  readonly outside: readonly OutsidePackage[];
  /** The bundled files that start worker threads from files of their own, which are not part of the bundle. */
  readonly workers: readonly string[];
  /** The warnings of esbuild about files of the application. */
  readonly warnings: readonly string[];
}

/**
 * The length of the lines of dense code. With one line for all of it, Node would print all of it with an uncaught error, and the
 * escapes of {@link asciiCode} would move the places behind them away from where the map has them.
 */
const LINE_LIMIT = 120;

/** Files are found as Node finds them: no sources in place of compiled files, and none of what only bundlers know. */
const AS_NODE_RESOLVES = {
  // Without ".node": what is native stays outside.
  resolveExtensions: ['.js', '.json'],
  mainFields: ['main'],
  // In addition to those of Node. The default adds "module".
  conditions: [],
  // In place of the tsconfig.json of the application, whose paths are for the compiler.
  tsconfigRaw: {},
};

const START = join(__dirname, 'startBundled.js');
/** The folder of the engine, as esbuild names it. */
const ENGINE = realpathSync(join(__dirname, '..', '..')) + sep;

/**
 * Bundles a compiled application into one CommonJS file. Nothing is written, and nothing of it is executed.
 *
 * @throws CommandError when esbuild is missing or refuses the files.
 */
export async function bundleEntry({ entry, file, minify, starter, external }: BundleRequest): Promise<Bundle> {
  const { build } = loadEsbuild(entry);
  const isCached = starter !== undefined;
  const outside = new LeftOutside(external);
  const root = dirname(entry);
  const options = {
    stdin: {
      contents: `module.exports = require(${JSON.stringify(START)}).startBundled(() => require(${JSON.stringify(entry)}));`,
      resolveDir: root,
      sourcefile: 'daemonry-start.js',
    },
    outfile: file,
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    ...AS_NODE_RESOLVES,
    // The oldest Node that daemonry runs on.
    target: 'node20.19',
    // Listeners and errors are named after their classes.
    keepNames: true,
    sourcemap: 'linked',
    minify,
    ...(minify || isCached ? { minifyWhitespace: true, lineLimit: LINE_LIMIT } : {}),
    // See asciiCode and finishCode.
    supported: { 'template-literal': false, ...(isCached ? { 'dynamic-import': false } : {}) },
    logLevel: 'silent',
    banner: { js: bannerOf(starter && basename(starter)) },
    define: {
      'import.meta.url': '__bundleUrl',
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
    },
    plugins: [outside.plugin(), mainModule(entry)],
  };

  let known: number;
  let built: BuildResult;
  do {
    known = outside.natives;
    built = await build(options).catch((error: unknown) => {
      throw refused(entry, error as BuildFailure);
    });
    // The first files of a native package are in before it is known to be one.
  } while (outside.natives > known);

  const inputs = Object.keys(built.metafile.inputs).map((path) => resolve(root, path));
  return {
    files: built.outputFiles.map(({ path, contents }) => ({
      path,
      contents: path.endsWith('.map') ? contents : finishCode(Buffer.from(contents).toString(), isCached),
    })),
    inputs,
    outside: outside.list(),
    workers: startingWorkers(built.metafile, root),
    warnings: built.warnings.filter(({ location }) => owningPackage(location?.file ?? '') === undefined).map(describe),
  };
}

/** The line for the shell and the directive of the strict mode, which stay before the code of a CommonJS module. */
const PROLOGUE = /^(#!.*\n)?((\s|\/\/.*\n|\/\*([^*]|\*(?!\/))*\*\/)*("use strict"|'use strict');?)?/;

/**
 * Makes the entry the main module, on its first line, so that the lines stay where they were. It takes the rest from the module of
 * the file that runs, whose file name all modules see as that of the main one.
 */
const MAIN =
  'if(require.main!==module)require.main=Object.setPrototypeOf(Object.assign(module,{filename:__filename}),require.main??Object.prototype);';

/** Lets an entry that asks `require.main === module` find that it is the main module: in a bundle, no module would be. */
const mainModule = (entry: string): Plugin => ({
  name: 'daemonry-main-module',
  setup: (build) => {
    build.onLoad({ filter: new RegExp(`^${entry.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`) }, ({ path }) => {
      const code = readFileSync(path, 'utf8');
      if (isModule(path) || !/\brequire\.main\b/.test(code)) return undefined;
      return { contents: code.replace(PROLOGUE, `$&;${MAIN}`), loader: 'js' };
    });
  },
});

/** True for a file that its ending or its package makes an ES module, whose `require` is a variable of its own, if it has one. */
const isModule = (file: string): boolean =>
  file.endsWith('.mjs') || (!file.endsWith('.cjs') && packageOf(file)?.manifest.type === 'module');

const STARTS_WORKER = /\bnew\s+(?:\w+\.)*Worker\s*\(/;

function startingWorkers({ inputs }: BuildResult['metafile'], root: string): string[] {
  return (
    Object.entries(inputs)
      .filter(([, { imports }]) => imports.some(({ path }) => /^(node:)?worker_threads$/.test(path)))
      .map(([path]) => resolve(root, path))
      // The thread of the watchdog is started from the bundle itself.
      .filter((path) => !path.startsWith(ENGINE) && STARTS_WORKER.test(readFileSync(path, 'utf8')))
  );
}

function refused(entry: string, { errors = [], message }: BuildFailure): CommandError {
  const [first] = errors;
  const isAwaiting = /top-level await/i.test(first?.text ?? '');
  return new CommandError('BUNDLE_FAILED', {
    what: `The application cannot be bundled: ${first?.text ?? message}`,
    facts: {
      entry,
      at: first === undefined ? undefined : placeOf(first, dirname(entry)),
      more: errors.length > 1 ? `${errors.length - 1} more errors` : undefined,
    },
    fix: isAwaiting
      ? 'move the await into a function: the bundle is a CommonJS file.'
      : 'correct the file, or build the application again; a package can stay outside with --external <name>.',
  });
}

const describe = (message: Message): string => [message.text, placeOf(message)].filter(Boolean).join(' at ');

function placeOf({ location }: Message, root = ''): string | undefined {
  return location === null ? undefined : `${relative('', resolve(root, location.file))}:${location.line}`;
}
