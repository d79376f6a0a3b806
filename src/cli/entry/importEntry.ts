import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { toError } from '../../errors/toError';
import { checkCopy } from './checkCopy';
import { EntryError } from './EntryError';
import { entryFailed } from './entryFailed';
import { packageOf } from './packageOf';
import { registerTypeScript } from './registerTypeScript';

const TYPESCRIPT = /\.[cm]?ts$/;

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
  if (TYPESCRIPT.test(file)) prepareTypeScript(file);
  try {
    const loaded: unknown = TYPESCRIPT.test(file) ? createRequire(file)(file) : await import(pathToFileURL(file).href);
    return typeof loaded === 'function' ? { default: loaded } : ((loaded ?? {}) as Readonly<Record<string, unknown>>);
  } catch (error) {
    throw entryFailed(file, toError(error));
  }
}

function prepareTypeScript(file: string): void {
  const isModule = file.endsWith('.mts') || (file.endsWith('.ts') && packageOf(file)?.manifest.type === 'module');
  if (isModule) {
    throw new EntryError('TYPESCRIPT_UNAVAILABLE', {
      what: 'The entry file is a TypeScript ES module, which cannot be loaded without a build.',
      facts: { entry: file },
      fix: 'build the application and name the JavaScript file; or leave "type": "module" out of its package.json.',
    });
  }
  registerTypeScript(file);
}
