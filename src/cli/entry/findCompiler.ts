import { EntryError } from './EntryError';
import { resolveFrom } from './resolveFrom';

/** TypeScript 7 has no compiler that JavaScript can call; this package is the one of 6 under another name. */
const SIDE_BY_SIDE = '@typescript/typescript6';

/**
 * The path of the application's own TypeScript compiler, one that JavaScript can call.
 *
 * @param beside - what else the entry needs, as npm is told.
 * @throws EntryError naming what has to be installed.
 */
export function findCompiler(fromEntry: NodeJS.Require, entry: string, beside: readonly string[]): string {
  const own = resolveFrom(fromEntry, 'typescript');
  const version = own === undefined ? undefined : (fromEntry('typescript/package.json') as { version: string }).version;
  if (own !== undefined && Number.parseInt(version ?? '', 10) < 7) return own;
  const other = resolveFrom(fromEntry, SIDE_BY_SIDE);
  if (other !== undefined) return other;
  const missing = version === undefined ? 'typescript@~6.0.3' : SIDE_BY_SIDE;
  const install = ['npm install --save-dev', missing, ...beside].join(' ');
  throw new EntryError('TYPESCRIPT_UNAVAILABLE', {
    what:
      version === undefined
        ? 'The entry file is TypeScript, and no TypeScript compiler is installed.'
        : `The entry file is TypeScript, and TypeScript ${version} has no compiler that JavaScript can call.`,
    facts: { entry },
    fix: `${install}${version === undefined ? '' : ` (beside TypeScript ${version})`}, or build the application and name the JavaScript file.`,
  });
}
