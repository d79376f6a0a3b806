import { type Command, InvalidArgumentError } from 'commander';

import type { Assignment, Selection } from '../../contracts/CommandLine';
import { findEntry } from './findEntry';
import type { EntryRequest } from './EntryRequest';

/** The options that every command about an application has. */
export interface EntryOptions {
  readonly only?: readonly string[];
  readonly without?: readonly string[];
  readonly set?: readonly Assignment[];
}

/** Adds `<entry>`, `--only`, `--without` and `--set`. */
export function withEntry(command: Command): Command {
  return command
    .argument('<entry>', 'the file that calls runMain, or exports what creates the application')
    .option(
      '-o, --only <names>',
      'start these listeners and what they need: names or tag:<tag>; repeatable, or a list with commas',
      collectNames,
    )
    .option('-w, --without <names>', 'start all but these: names or tag:<tag>; wins over --only', collectNames)
    .option(
      '-s, --set <path=value>',
      'set a value of the configuration, above every other layer; repeatable',
      collectAssignment,
    );
}

/** @throws UsageError when there is no such file. */
export function entryRequest(
  entry: string,
  { only = [], without = [], set = [] }: EntryOptions,
  cwd: string,
): EntryRequest {
  const selection: Selection = { only, without };
  return { file: findEntry(entry, cwd), selection, assignments: set };
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
