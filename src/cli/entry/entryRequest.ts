import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';

import { type Command, InvalidArgumentError } from 'commander';

import type { Assignment, Selection } from '../../contracts/CommandLine';
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

/** True unless the file has another ending than those of programs. */
const isScript = (file: string): boolean => extname(file) === '' || ENDINGS.includes(extname(file));

const ENDINGS = ['', '.ts', '.js', '.mts', '.mjs', '.cts', '.cjs'];

/**
 * The entry file that was named, links resolved; its ending may have been left out.
 *
 * @throws UsageError when there is no such file.
 */
export function findEntry(entry: string, cwd: string): string {
  const given = resolve(cwd, entry);
  for (const ending of ENDINGS) {
    const file = given + ending;
    if (existsSync(file) && statSync(file).isFile() && isScript(file)) return realpathSync(file);
  }
  if (existsSync(given) && statSync(given).isFile()) {
    throw new UsageError('ENTRY_NOT_FOUND', {
      what: `The entry "${entry}" is no program.`,
      facts: { file: given, endings: ENDINGS.slice(1).join(', ') },
      fix: 'name the file that calls runMain, or that exports a function which creates the application: src/main.ts.',
    });
  }
  const isFolder = existsSync(given);
  // A compiled file is missing in every fresh clone.
  const isCompiled = !isFolder && /\.[cm]?js$/.test(given);
  const canBuild = isCompiled && packageOf(dirname(given))?.manifest.scripts?.['build'] !== undefined;
  const files = scriptsIn(isFolder ? given : dirname(given));
  throw new UsageError('ENTRY_NOT_FOUND', {
    what: isFolder
      ? `The entry "${entry}" is a folder.`
      : `There is no entry file "${entry}".${didYouMean(basename(entry), files)}`,
    facts: { 'looked for': given, 'files there': files.join(', ') || 'none' },
    fix: canBuild
      ? 'compile it: npm run build. TypeScript runs as it is, too: name the file that calls runMain, src/main.ts say.'
      : 'name the file that calls runMain, or that exports a function which creates the application: src/main.ts.',
  });
}

/** The entry file that the nearest package.json names. @throws UsageError when it names none. */
function declaredEntry(cwd: string): string {
  const { folder = cwd, manifest = undefined } = packageOf(cwd) ?? {};
  const { entry } = Object(manifest?.daemonry) as { readonly entry?: unknown };
  if (typeof entry === 'string' && entry !== '') return findEntry(entry, folder);
  throw new UsageError('ENTRY_NOT_FOUND', {
    what: 'No entry file is given, and no package.json names one.',
    facts: {
      'looked for': '"daemonry": { "entry": "…" }',
      file: manifest === undefined ? 'no package.json' : join(folder, 'package.json'),
    },
    fix: 'give the file that calls runMain, or write "daemonry": { "entry": "src/main.ts" } in package.json.',
  });
}

function scriptsIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder).filter((name) => /\.[cm]?[jt]s$/.test(name) && !name.endsWith('.d.ts'));
}
