import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the nearest package.json of the entry file, links resolved; without either, the working directory. */
export function findBaseDirectory(entryFile: string | undefined, workingDirectory: string): string {
  if (entryFile === undefined) return workingDirectory;
  // `node .` has a folder here, and `node dist/main` a file without its ending.
  const entry = existsSync(entryFile) ? realpathSync(entryFile) : entryFile;
  for (let folder = entry; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return workingDirectory;
  }
}
