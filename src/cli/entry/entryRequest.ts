import { closeSync, openSync, readdirSync, readSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';

import { type Command, InvalidArgumentError } from 'commander';

import type { Assignment, Selection } from '../../contracts/CommandLine';
import { codeOf, messageOf } from '../../errors/serializeError';
import { didYouMean } from '../../errors/suggest';
import { UsageError } from '../cliErrors';
import { packageOf } from '../packages';

/** The application that a command works on, and what the command line changes about it. */
export interface EntryRequest {
  /** The entry file: absolute, symbolic links resolved. */
  readonly file: string;
  readonly selection: Selection;
  readonly assignments: readonly Assignment[];
}

/** The parsed options that every command with an entry has. */
export interface EntryOptions {
  readonly only?: readonly string[];
  readonly without?: readonly string[];
  readonly set?: readonly Assignment[];
}

/** Adds `[entry]`, `--only`, `--without` and `--set` to a command. */
export function withEntry(command: Command): Command {
  return command
    .argument(
      '[entry]',
      'the file that calls runMain, or that exports the application or a function creating it (default: "daemonry.entry" of the nearest package.json)',
    )
    .option(
      '-o, --only <names>',
      'start only these listeners and the ones they need: names or tag:<tag>, separated by commas; repeatable',
      collectNames,
    )
    .option(
      '-w, --without <names>',
      'start all listeners but these: names or tag:<tag>, separated by commas; repeatable; wins over --only',
      collectNames,
    )
    .option(
      '-s, --set <path=value>',
      'set a configuration value, above files, environment variables and code; repeatable',
      collectAssignment,
    );
}

/**
 * The request that a command's argument and options make.
 *
 * @param entry - @defaultValue `daemonry.entry` of the nearest package.json
 * @throws UsageError when there is no such entry file, or none is named.
 */
export function entryRequest(
  entry: string | undefined,
  { only = [], without = [], set = [] }: EntryOptions,
  cwd: string,
): EntryRequest {
  const file = entry === undefined ? declaredEntry(cwd) : findEntry(entry, cwd);
  return { file, selection: { only, without }, assignments: set };
}

function collectNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('') || names.includes('tag:')) {
    throw new InvalidArgumentError('Give names, or tag:<tag>, with commas between them.');
  }
  return [...new Set([...before, ...names])];
}

function collectAssignment(text: string, before: readonly Assignment[] = []): readonly Assignment[] {
  const end = text.indexOf('=');
  const path = text.slice(0, end).trim();
  if (end < 1 || path === '') throw new InvalidArgumentError('Write path=value, such as shutdown.grace=40s.');
  return [...before, { path, text: text.slice(end + 1) }];
}

/** True for a file with the ending of a program, and for one without an ending that says that `node` runs it. */
function isScript(file: string): boolean {
  const ending = extname(file);
  return ending === '' ? /^#!.*\bnode\b/.test(firstLine(file)) : ENDINGS.includes(ending) && !file.endsWith('.d.ts');
}

/** The first line of a file, at most 128 bytes of it. */
function firstLine(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(128);
    return bytes
      .toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0))
      .split('\n', 1)
      .join();
  } finally {
    closeSync(file);
  }
}

const ENDINGS = ['', '.ts', '.js', '.mts', '.mjs', '.cts', '.cjs'];

/**
 * The entry file that was named, links resolved; its ending may have been left out.
 *
 * @param namedBy - the package.json that names it. @defaultValue it was given on the command line
 * @throws UsageError when there is no such file.
 */
export function findEntry(entry: string, cwd: string, namedBy?: string): string {
  try {
    return lookForEntry(entry, cwd, namedBy);
  } catch (error) {
    if (error instanceof UsageError || codeOf(error) === undefined) throw error;
    throw new UsageError('ENTRY_NOT_FOUND', {
      what: `The entry "${entry}" cannot be looked for: ${messageOf(error)}`,
      facts: { 'looked for': resolve(cwd, entry), 'named by': namedBy },
      fix: 'let the user who calls this read the file and search its folders; or name another file.',
    });
  }
}

/** The file or folder at a path; undefined if there is none. @throws what the system says of a path that it refuses to look at. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function lookForEntry(entry: string, cwd: string, namedBy: string | undefined): string {
  const given = resolve(cwd, entry);
  for (const ending of ENDINGS) {
    const file = given + ending;
    if (statOf(file)?.isFile() !== true) continue;
    const real = realpathSync(file);
    if (isScript(real)) return real;
  }
  const found = statOf(given);
  if (found?.isDirectory() === false) {
    throw new UsageError('ENTRY_NOT_FOUND', {
      what: `The entry "${entry}" is no program.`,
      facts: {
        file: realpathSync(given),
        'named by': namedBy,
        endings: `${ENDINGS.slice(1).join(', ')}; or none and a first line with #! and node`,
      },
      fix: 'name the file that calls runMain, or that exports a function which creates the application: src/main.ts.',
    });
  }
  const isFolder = found !== undefined;
  // A compiled file is missing in every fresh clone.
  const isCompiled = !isFolder && /\.[cm]?js$/.test(given);
  const canBuild = isCompiled && packageOf(dirname(given))?.manifest.scripts?.['build'] !== undefined;
  const files = scriptsIn(isFolder ? given : dirname(given));
  throw new UsageError('ENTRY_NOT_FOUND', {
    what: isFolder
      ? `The entry "${entry}" is a folder.`
      : `There is no entry file "${entry}".${didYouMean(basename(entry), files)}`,
    facts: { 'looked for': given, 'named by': namedBy, 'files there': files.length === 0 ? 'none' : listed(files) },
    fix: canBuild
      ? 'compile it: npm run build. TypeScript runs as it is, too: name the file that calls runMain, src/main.ts say.'
      : 'name the file that calls runMain, or that exports a function which creates the application: src/main.ts.',
  });
}

/** The entry file that the nearest package.json names. @throws UsageError when it names none. */
function declaredEntry(cwd: string): string {
  const { folder = cwd, manifest = undefined } = packageOf(cwd) ?? {};
  const section = manifest?.daemonry ?? {};
  const { entry } = Object(section) as { readonly entry?: unknown };
  const file = join(folder, 'package.json');
  if (typeof section !== 'object' || (entry !== undefined && (typeof entry !== 'string' || entry.trim() === ''))) {
    throw new UsageError('ENTRY_NOT_FOUND', {
      what: 'A package.json names something as the entry that is no path of a file.',
      facts: { file, daemonry: section },
      fix: 'write "daemonry": { "entry": "src/main.ts" } there, with the file that calls runMain.',
    });
  }
  if (typeof entry === 'string') return findEntry(entry, folder, file);
  throw new UsageError('ENTRY_NOT_FOUND', {
    what: 'No entry file is given, and no package.json names one.',
    facts: {
      'looked for': '"daemonry": { "entry": "…" }',
      file: manifest === undefined ? 'no package.json' : file,
    },
    fix: 'give the file that calls runMain, or write "daemonry": { "entry": "src/main.ts" } in package.json.',
  });
}

/** Some names of files, and how many more there are. */
const listed = (files: readonly string[]): string =>
  files.slice(0, LONGEST_LIST).join(', ') +
  (files.length > LONGEST_LIST ? `, and ${files.length - LONGEST_LIST} more` : '');

const LONGEST_LIST = 20;

function scriptsIn(folder: string): string[] {
  if (statOf(folder)?.isDirectory() !== true) return [];
  return readdirSync(folder).filter((name) => /\.[cm]?[jt]s$/.test(name) && !name.endsWith('.d.ts'));
}
