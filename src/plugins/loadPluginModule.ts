import { pathToFileURL } from 'node:url';

import type { PluginModule } from '../contracts/Plugin';

/**
 * Loads the file of a plugin, CommonJS or ES module, from the same module cache as everybody else.
 *
 * @throws what loading it throws; TypeError when it exports no `register`
 */
export async function loadPluginModule(file: string): Promise<PluginModule> {
  const loaded = await load(file);
  const module = [loaded, (loaded as { default?: unknown } | undefined)?.default].find(isPluginModule);
  if (module !== undefined) return module;
  const names = Object.keys(Object(loaded) as object);
  throw new TypeError(`it exports no function "register" (it exports ${names.join(', ') || 'nothing'})`);
}

const isPluginModule = (loaded: unknown): loaded is PluginModule =>
  typeof (loaded as Partial<PluginModule> | undefined | null)?.register === 'function';

async function load(file: string): Promise<unknown> {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- its file is known at run time only.
    return require(file) as unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    return import(pathToFileURL(file).href);
  }
}
