import * as nodeModule from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

import { EntryError } from '../cliErrors';
import { packageOf } from '../packages';
import { findCompiler, resolveFrom } from './compiler';
import { type LoaderSetup, TypeScriptLoader } from './TypeScriptLoader';

/** The used part of the API of ts-node. */
interface TsNode {
  readonly register: (options: object) => unknown;
}

// Set on `process` by ts-node when it is registered already: by `node -r ts-node/register`, say.
const REGISTERED = Symbol.for('ts-node.register.instance');

const TS_NODE = 'ts-node@^10.9.2';

/**
 * Lets `require` load TypeScript, without checking types: with ts-node, the application's own compiler and its
 * tsconfig.
 *
 * @throws EntryError naming the packages to install.
 */
export function registerTypeScript(entry: string): void {
  if (REGISTERED in process) return;
  const fromEntry = nodeModule.createRequire(entry);
  const compiler = findCompiler(fromEntry, entry, [TS_NODE]);
  const tsNode = resolveFrom(fromEntry, 'ts-node') ?? resolveFrom(nodeModule.createRequire(__filename), 'ts-node');
  if (tsNode === undefined) {
    throw new EntryError('TYPESCRIPT_UNAVAILABLE', {
      what: 'The entry file is TypeScript, and ts-node, which loads it without a build, is not installed.',
      facts: { entry },
      fix: `npm install --save-dev ${TS_NODE}, or build the application and name the JavaScript file.`,
    });
  }
  const folder = packageOf(entry)?.folder ?? dirname(entry);
  (fromEntry(tsNode) as TsNode).register({
    // Paths in its messages are relative to this folder.
    cwd: folder,
    projectSearchDir: dirname(entry),
    transpileOnly: true,
    compiler,
    // The tsconfig may be written for a bundler or for publishing; here modules are loaded by require.
    compilerOptions: {
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      verbatimModuleSyntax: false,
      sourceMap: true,
      rootDir: folder,
    },
  });
}

/** Node's synchronous module hooks, which it has since 22.15. */
interface SyncHooks {
  readonly registerHooks?: (hooks: { resolve: TypeScriptLoader['resolve']; load: TypeScriptLoader['load'] }) => void;
}

/**
 * Lets `import` load TypeScript, without checking types: with the application's own compiler and its tsconfig.
 *
 * @throws EntryError naming the packages to install; SyntaxError when the tsconfig cannot be read.
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
