import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { toError } from '../../errors/serializeError';
import { checkCopy } from './checkCopy';
import { entryFailed } from './entryFailed';
import { isModuleFile } from './isModuleFile';
import { registerTypeScript } from './registerTypeScript';
import { registerTypeScriptModules } from './registerTypeScriptModules';

/**
 * Loads an entry file as `node <file>` would: the process's arguments say so as well.
 *
 * @returns its exports.
 * @throws EntryError with the file and the cause.
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
