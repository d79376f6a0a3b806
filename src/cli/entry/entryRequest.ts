import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

import { type Command, InvalidArgumentError } from 'commander';

import type { Assignment, Selection } from '../../contracts/CommandLine';
import { didYouMean } from '../../errors/suggest';
import { UsageError } from '../cliErrors';

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

/** Adds `<entry>`, `--only`, `--without` and `--set` to a command. */
export function withEntry(command: Command): Command {
  return command
    .argument('<entry>', 'the file that calls runMain, or that exports the application or a function creating it')
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
 * @throws UsageError when there is no such entry file.
 */
export function entryRequest(
  entry: string,
  { only = [], without = [], set = [] }: EntryOptions,
  cwd: string,
): EntryRequest {
  return { file: findEntry(entry, cwd), selection: { only, without }, assignments: set };
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
    if (existsSync(file) && statSync(file).isFile()) return realpathSync(file);
  }
  const isFolder = existsSync(given);
  const files = scriptsIn(isFolder ? given : dirname(given));
  throw new UsageError('ENTRY_NOT_FOUND', {
    what: isFolder
      ? `The entry "${entry}" is a folder.`
      : `There is no entry file "${entry}".${didYouMean(basename(entry), files)}`,
    facts: { 'looked for': given, 'files there': files.join(', ') || 'none' },
    fix: 'name the file that calls runMain, or that exports a function which creates the application: src/main.ts.',
  });
}

function scriptsIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder).filter((name) => /\.[cm]?[jt]s$/.test(name) && !name.endsWith('.d.ts'));
}
