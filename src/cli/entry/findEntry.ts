import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

import { didYouMean } from '../../errors/suggest';
import { UsageError } from '../UsageError';

const ENDINGS = ['', '.ts', '.js', '.mts', '.mjs', '.cts', '.cjs'];

/**
 * The entry file, absolute and with links resolved. Its ending may be left out.
 *
 * @throws UsageError when there is no such file.
 */
export function findEntry(entry: string, cwd: string): string {
  const given = resolve(cwd, entry);
  for (const ending of ENDINGS) {
    const file = given + ending;
    if (existsSync(file) && statSync(file).isFile()) return realpathSync(file);
  }
  const folder = dirname(given);
  const isFolder = existsSync(given);
  const files = readFiles(isFolder ? given : folder);
  throw new UsageError('ENTRY_NOT_FOUND', {
    what: isFolder
      ? `The entry "${entry}" is a folder.`
      : `There is no entry file "${entry}".${didYouMean(basename(entry), files)}`,
    facts: { 'looked for': given, 'files there': files.join(', ') || 'none' },
    fix: 'name the file that calls runMain, or that exports a function which creates the application: src/main.ts.',
  });
}

function readFiles(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder).filter((name) => /\.[cm]?[jt]s$/.test(name) && !name.endsWith('.d.ts'));
}
