import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

import { toError } from '../../errors/serializeError';
import { EntryError, entryFailed } from '../cliErrors';
import { packageOf } from '../packages';
import { registerTypeScript, registerTypeScriptModules } from './registerTypeScript';
import { isModuleFile } from './TypeScriptLoader';

/**
 * Loads an entry file as `node <file>` would; `process.argv` is set accordingly.
 *
 * @returns its exports.
 * @throws EntryError with the file and the cause; also when the file imports another copy of daemonry than this one.
 */
export async function importEntry(
  file: string,
  args: readonly string[] = [],
): Promise<Readonly<Record<string, unknown>>> {
  process.argv = [process.execPath, file, ...args];
  checkCopy(file);
  try {
    const loaded = await load(file);
    return typeof loaded === 'function' ? { default: loaded } : ((loaded ?? {}) as Readonly<Record<string, unknown>>);
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

// Two copies of the framework in one process do not see each other's applications.
function checkCopy(entry: string): void {
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

/** The exports of an entry that are looked at, in this order. */
const EXPORTS = ['default', 'app', 'createApplication'];

/**
 * The application that an entry exports, as a function returning it: an exported function is returned as it is, an
 * application or a promise of one is wrapped. Undefined when none of the known exports is any of these.
 */
export function exportedFactory(exported: Readonly<Record<string, unknown>>): (() => unknown) | undefined {
  for (const name of EXPORTS) {
    const value = exported[name];
    if (typeof value === 'function') return value as () => unknown;
    if (typeof value !== 'object' || value === null) continue;
    if (isApplication(value)) return () => value;
    // `import()` of a CommonJS module puts its `module.exports` under `default`.
    const inner = name === 'default' ? exportedFactory(value as Readonly<Record<string, unknown>>) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

const isApplication = (value: object): boolean =>
  typeof (value as { then?: unknown }).then === 'function' || typeof (value as { run?: unknown }).run === 'function';
