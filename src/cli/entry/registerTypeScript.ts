import { createRequire } from 'node:module';
import { dirname } from 'node:path';

import { EntryError } from './EntryError';
import { packageOf } from './packageOf';

/** ts-node, as far as it is used here. */
interface TsNode {
  readonly register: (options: object) => unknown;
}

// Where ts-node keeps what is registered already: by `node -r ts-node/register`, say.
const REGISTERED = Symbol.for('ts-node.register.instance');

/** TypeScript 7 has no compiler that JavaScript can call; this package is the one of 6 under another name. */
const SIDE_BY_SIDE = '@typescript/typescript6';

/**
 * Lets `require` load TypeScript: with the application's own ts-node and compiler, its tsconfig, and no check of types.
 *
 * @throws EntryError naming what has to be installed.
 */
export function registerTypeScript(entry: string): void {
  if (REGISTERED in process) return;
  const fromEntry = createRequire(entry);
  const compiler = findCompiler(fromEntry, entry);
  const tsNode = resolveFrom(fromEntry, 'ts-node') ?? resolveFrom(createRequire(__filename), 'ts-node');
  if (tsNode === undefined) {
    throw new EntryError('TYPESCRIPT_UNAVAILABLE', {
      what: 'The entry file is TypeScript, and ts-node, which loads it without a build, is not installed.',
      facts: { entry },
      fix: 'npm install --save-dev ts-node@^10.9.2, or build the application and name the JavaScript file.',
    });
  }
  (fromEntry(tsNode) as TsNode).register({
    cwd: dirname(entry),
    transpileOnly: true,
    compiler,
    // Whatever a bundler or an emit for publishing asks for: here modules are loaded by require.
    compilerOptions: {
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      verbatimModuleSyntax: false,
      sourceMap: true,
      rootDir: packageOf(entry)?.folder ?? dirname(entry),
    },
  });
}

function findCompiler(fromEntry: NodeJS.Require, entry: string): string {
  const own = resolveFrom(fromEntry, 'typescript');
  const version = own === undefined ? undefined : (fromEntry('typescript/package.json') as { version: string }).version;
  if (own !== undefined && Number.parseInt(version ?? '', 10) < 7) return own;
  const other = resolveFrom(fromEntry, SIDE_BY_SIDE);
  if (other !== undefined) return other;
  throw new EntryError('TYPESCRIPT_UNAVAILABLE', {
    what:
      version === undefined
        ? 'The entry file is TypeScript, and no TypeScript compiler is installed.'
        : `The entry file is TypeScript, and TypeScript ${version} has no compiler that JavaScript can call.`,
    facts: { entry },
    fix:
      version === undefined
        ? 'npm install --save-dev typescript@~6.0.3 ts-node@^10.9.2, or build the application and name the JavaScript file.'
        : `npm install --save-dev ${SIDE_BY_SIDE} ts-node@^10.9.2 (beside TypeScript ${version}), or build the application and name the JavaScript file.`,
  });
}

function resolveFrom(from: NodeJS.Require, name: string): string | undefined {
  try {
    return from.resolve(name);
  } catch {
    // Not installed; the caller says what that means.
    return undefined;
  }
}
