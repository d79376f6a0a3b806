import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';

import { Command, InvalidArgumentError } from 'commander';

import type { Terminal } from '../../contracts/CommandModule';
import { makeFolder } from '../../state/stateFiles';
import { type Bundle, bundleEntry } from '../bundle/bundleEntry';
import { starterText } from '../bundle/codeCache';
import { describeBundle } from '../bundle/describeBundle';
import { codeOf, messageOf } from '../../errors/serializeError';
import { UsageError } from '../cliErrors';
import { findEntry } from '../entry/entryRequest';
import { checkCopy } from '../entry/importEntry';
import { EXIT, type Finish } from '../exitCodes';
import { packageOf } from '../packages';
import { writing } from '../scaffold/newFiles';

interface BundleOptions {
  readonly out?: string;
  readonly minify?: boolean;
  readonly external?: readonly string[];
  readonly codeCache?: boolean;
}

/** The command `bundle`: writes an application as one file. */
export function bundleCommand({ cwd, out, err }: Terminal, finish: Finish): Command {
  return new Command('bundle')
    .summary('write a compiled application as one deployable file')
    .description(
      'Writes a compiled application, with the packages that it uses, as one CommonJS file with a source map: it starts faster, and needs no node_modules. Says which packages stay outside. Needs the package esbuild.',
    )
    .argument('<entry>', 'the compiled file that calls runMain, or that exports the application: dist/main.js')
    .option('--out <file>', 'the file to write (default: bundle/<entry>.cjs)')
    .option('--minify', 'write short code')
    .option('--external <names>', 'leave these packages outside; with commas, repeatable', collectPackages)
    .option('--code-cache', 'write compiled code for this version of Node beside it; loads and plans the application')
    .action(async (entry: string, options: BundleOptions) => {
      const file = findEntry(entry, cwd);
      refuseTypeScript(file);
      const started = resolve(cwd, options.out ?? join('bundle', `${basename(file, extname(file))}.cjs`));
      refuseTarget(started, options.out ?? relative(cwd, started));
      checkCopy(file);
      const { minify = false, external = [], codeCache = false } = options;
      const code = codeCache ? beside(started, '.code.cjs') : started;
      const starter = codeCache ? started : undefined;
      const bundle = await bundleEntry({ entry: file, file: code, minify, starter, external });
      refuseInputs(
        [...bundle.files.map(({ path }) => path), ...(codeCache ? [started, beside(started, CACHE)] : [])],
        bundle,
      );
      const written = write(bundle);
      if (codeCache) written.push(...writeCodeCache(started, code, err));
      for (const path of written) out(`wrote ${relative(cwd, path)} (${sizeOf(path)})`);
      for (const line of describeBundle(bundle, file, cwd)) out(line);
      finish(EXIT.ok);
    });
}

/** The ending of the cache of a bundle. */
const CACHE = '.code.cache';

/** `app.code.cjs` of `app.cjs`. */
const beside = (file: string, ending: string): string =>
  join(dirname(file), `${basename(file, extname(file))}${ending}`);

function write({ files }: Bundle): string[] {
  for (const { path, contents } of files) {
    writing(path, () => {
      makeFolder(dirname(path));
      writeFileSync(path, contents);
    });
  }
  return files.map(({ path }) => path).sort();
}

/** The longest time for making a cache: the application is loaded and planned, and another one run. */
const WARMING_MS = 60_000;

/** Writes the starter and the cache of the code. Without a cache, the starter runs the code all the same. */
function writeCodeCache(starter: string, code: string, err: (text: string) => void): string[] {
  const cache = beside(starter, CACHE);
  writing(cache, () => {
    rmSync(cache, { force: true });
  });
  writing(starter, () => {
    writeFileSync(starter, starterText(basename(code), statSync(code).size, basename(cache)));
  });
  const program = join(__dirname, '..', 'bundle', 'warmCode.js');
  const { status, signal, stderr, error } = spawnSync(process.execPath, [program, starter, code, cache], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: WARMING_MS,
    // However much the application writes.
    maxBuffer: Infinity,
    // The entry may handle SIGTERM.
    killSignal: 'SIGKILL',
  });
  if (status !== EXIT.ok) {
    const left = existsSync(cache) ? 'The code cache holds less than it could' : 'There is no code cache';
    const why = status === EXIT.invalid ? stderr : `${endOf(status ?? signal, error)}\n${stderr ?? ''}`;
    err(`${left}. ${why.trimEnd()}\n`);
  }
  return existsSync(cache) ? [starter, cache] : [starter];
}

/** How the process that makes a cache has ended. The error is that of `spawnSync`: the time was over, or there was no process. */
function endOf(how: number | string | null, error: Error | undefined): string {
  if (error === undefined) return `The process that makes it ended with ${how}.`;
  if (codeOf(error) === 'ETIMEDOUT') return `The process that makes it ended after ${WARMING_MS / 1_000}s.`;
  return `The process that makes it cannot be run: ${messageOf(error)}`;
}

const sizeOf = (path: string): string => `${Math.ceil(statSync(path).size / 1_024)} KiB`;

function refuseTypeScript(file: string): void {
  if (!/\.[cm]?ts$/.test(file)) return;
  throw new UsageError('WRONG_USAGE', {
    what: `The entry "${basename(file)}" is TypeScript, and a bundle is made of compiled files.`,
    facts: { entry: file },
    fix: 'compile the application (npm run build), and name the file that came of it, such as dist/src/main.js. The compiler also writes what decorators need to know of types.',
  });
}

function refuseTarget(file: string, given: string): void {
  const isModule = extname(file) === '.js' && packageOf(dirname(file))?.manifest.type === 'module';
  const isFolder = existsSync(file) && statSync(file).isDirectory();
  if (!isFolder && !isModule && ['.cjs', '.js'].includes(extname(file))) return;
  const why = isFolder ? ': it is a folder' : isModule ? ': the package.json there says "type": "module"' : '';
  throw new UsageError('WRONG_USAGE', {
    what: `"${given}" is no name for a CommonJS file${why}.`,
    facts: { file },
    fix: 'name a file that ends with .cjs: --out bundle/app.cjs.',
  });
}

function refuseInputs(targets: readonly string[], { inputs }: Bundle): void {
  const file = targets.find((target) => existsSync(target) && inputs.includes(realpathSync(target)));
  if (file === undefined) return;
  throw new UsageError('FILES_IN_THE_WAY', {
    what: 'The bundle would overwrite a file that it is made of.',
    facts: { file },
    fix: 'name another file with --out.',
  });
}

function collectPackages(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '' || /^[./]/.test(name))) {
    throw new InvalidArgumentError('Give names of packages, with commas between them.');
  }
  return [...new Set([...before, ...names])];
}
