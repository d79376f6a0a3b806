import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

import { toError } from '../../errors/serializeError';
import { EntryError, entryFailed } from '../cliErrors';
import { packageOf } from '../packages';
import { registerTypeScript, registerTypeScriptModules } from './registerTypeScript';
import { type EntryExports, exportsOf } from './exportedFactory';
import { isModuleFile } from './TypeScriptLoader';

/**
 * Loads an entry file as `node <file>` would; `process.argv` is set accordingly.
 *
 * @returns its exports.
 * @throws EntryError with the file and the cause; also when the file imports another copy of daemonry than this one.
 */
export async function importEntry(file: string, args: readonly string[] = []): Promise<EntryExports> {
  process.argv = [process.execPath, file, ...args];
  checkCopy(file);
  try {
    return exportsOf(await load(file));
  } catch (error) {
    throw entryFailed(file, toError(error));
  }
}

async function load(file: string): Promise<unknown> {
  if (/\.[cm]?ts$/.test(file)) {
    if (!isModuleFile(file)) {
      registerTypeScript(file);
      return createRequire(file)(file);
    }
    registerTypeScriptModules(file);
  }
  return import(pathToFileURL(file).href);
}

/**
 * Checks that an entry imports this copy of daemonry: two copies do not see each other's applications.
 *
 * @throws EntryError when it imports another one.
 */
export function checkCopy(entry: string): void {
  const own = packageOf(__dirname)?.folder;
  const theirs = frameworkOf(entry);
  if (own === undefined || theirs === undefined || realpathSync(own) === realpathSync(theirs)) return;
  throw new EntryError('FOREIGN_COMMAND', {
    what: 'This command belongs to another copy of daemonry than the one that the entry file imports.',
    facts: { command: own, 'of the entry': theirs },
    fix: 'call the one that is installed with the application: npx daemonry, in its folder.',
  });
}

function frameworkOf(entry: string): string | undefined {
  try {
    return dirname(createRequire(entry).resolve('daemonry/package.json'));
  } catch {
    // The entry may reach the framework through another package; if it reaches none, it creates no application anyway.
    return undefined;
  }
}
