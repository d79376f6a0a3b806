import { createRequire } from 'node:module';
import { dirname } from 'node:path';

import { EntryError } from './EntryError';
import { findCompiler } from './findCompiler';
import { packageOf } from './packageOf';
import { resolveFrom } from './resolveFrom';

/** ts-node, as far as it is used here. */
interface TsNode {
  readonly register: (options: object) => unknown;
}

// Where ts-node keeps what is registered already: by `node -r ts-node/register`, say.
const REGISTERED = Symbol.for('ts-node.register.instance');

const TS_NODE = 'ts-node@^10.9.2';

/**
 * Lets `require` load TypeScript: with the application's own ts-node and compiler, its tsconfig, and no check of types.
 *
 * @throws EntryError naming what has to be installed.
 */
export function registerTypeScript(entry: string): void {
  if (REGISTERED in process) return;
  const fromEntry = createRequire(entry);
  const compiler = findCompiler(fromEntry, entry, [TS_NODE]);
  const tsNode = resolveFrom(fromEntry, 'ts-node') ?? resolveFrom(createRequire(__filename), 'ts-node');
  if (tsNode === undefined) {
    throw new EntryError('TYPESCRIPT_UNAVAILABLE', {
      what: 'The entry file is TypeScript, and ts-node, which loads it without a build, is not installed.',
      facts: { entry },
      fix: `npm install --save-dev ${TS_NODE}, or build the application and name the JavaScript file.`,
    });
  }
  const folder = packageOf(entry)?.folder ?? dirname(entry);
  (fromEntry(tsNode) as TsNode).register({
    // Places in messages are relative to it.
    cwd: folder,
    projectSearchDir: dirname(entry),
    transpileOnly: true,
    compiler,
    // Whatever a bundler or an emit for publishing asks for: here modules are loaded by require.
    compilerOptions: {
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      verbatimModuleSyntax: false,
      sourceMap: true,
      rootDir: folder,
    },
  });
}
