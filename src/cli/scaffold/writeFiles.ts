import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { UsageError } from '../UsageError';
import type { NewFile } from './renderTemplates';

/**
 * Writes new files below a folder: all of them, or none when one is there already.
 *
 * @throws UsageError listing every file that is in the way.
 */
export function writeFiles(folder: string, files: readonly NewFile[]): void {
  const inTheWay = files.map(({ path }) => path).filter((path) => existsSync(join(folder, path)));
  if (inTheWay.length > 0) {
    throw new UsageError('FILES_IN_THE_WAY', {
      what: `${inTheWay.length === 1 ? 'A file is' : `${inTheWay.length} files are`} there already, and nothing is overwritten.`,
      facts: { folder, files: inTheWay.join(', ') },
      fix: 'choose another name, or move what is there out of the way.',
    });
  }
  for (const { path, text } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    // `wx`: not even what appeared in between.
    writeFileSync(file, text, { flag: 'wx' });
  }
}
