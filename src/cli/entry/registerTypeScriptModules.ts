import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';

import { findCompiler } from './findCompiler';
import { type LoaderSetup, TypeScriptLoader } from './TypeScriptLoader';

/** Node's hooks that do not wait, which it has since 22.15. */
interface SyncHooks {
  readonly registerHooks?: (hooks: Pick<TypeScriptLoader, 'resolve' | 'load'>) => void;
}

/**
 * Lets `import` load TypeScript: with the application's own compiler, its tsconfig, and no check of types.
 *
 * @throws EntryError naming what has to be installed; SyntaxError when the tsconfig cannot be read.
 */
export function registerTypeScriptModules(entry: string): void {
  const compiler = findCompiler(nodeModule.createRequire(entry), entry, []);
  const setup: LoaderSetup = { compiler, entry };
  process.setSourceMapsEnabled(true);
  const { registerHooks } = nodeModule as SyncHooks;
  if (registerHooks === undefined) {
    nodeModule.register(pathToFileURL(require.resolve('./typeScriptThread')), { data: setup });
  } else {
    const { resolve, load } = new TypeScriptLoader(setup);
    registerHooks({ resolve, load });
  }
}
