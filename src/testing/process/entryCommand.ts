import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, resolve } from 'node:path';

import { ProcessEntryError } from '../../errors/testingErrors';
import { codeOf } from '../../errors/serializeError';

const TYPESCRIPT = new Set(['.ts', '.cts']);
const REGISTER = 'ts-node/register/transpile-only';
/** From this version on `typescript` is a native program, and ts-node needs {@link COMPILER} instead. */
const FIRST_NATIVE_MAJOR = 7;
const COMPILER = '@typescript/typescript6';

/** The way to run an entry file with Node. */
interface EntryCommand {
  /** Modules to preload, in this order. */
  readonly preload: readonly string[];
  /** The absolute path of the entry file. */
  readonly file: string;
  /** Environment variables to add. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds out how to run an entry file: JavaScript as it is, TypeScript through the project's ts-node.
 *
 * @throws ProcessEntryError when the file does not exist, or ts-node is not installed.
 */
export function entryCommand(entry: string, cwd: string): EntryCommand {
  const file = resolve(cwd, entry);
  if (!existsSync(file)) {
    throw new ProcessEntryError(
      file,
      'There is no such entry file.',
      `give the path of the file that calls runMain, relative to ${cwd} or absolute.`,
    );
  }
  if (!TYPESCRIPT.has(extname(file))) return { preload: [], file, env: {} };
  const { resolve: find } = createRequire(file);
  const register = found(() => find(REGISTER));
  if (register === undefined) {
    throw new ProcessEntryError(
      file,
      'A TypeScript entry file is run with ts-node, which is not installed.',
      'npm install --save-dev ts-node, or start the JavaScript that your build makes of it.',
    );
  }
  const native = found(() => majorOf(find('typescript/package.json'))) ?? 0;
  return { preload: [register], file, env: native >= FIRST_NATIVE_MAJOR ? { TS_NODE_COMPILER: COMPILER } : {} };
}

function majorOf(manifest: string): number {
  const { version } = createRequire(__filename)(manifest) as { version: string };
  return Number.parseInt(version, 10);
}

/** The result of `look`; undefined when the module is not installed. */
function found<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined;
    throw error;
  }
}
