import { constants, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { codeOf, messageOf } from '../../errors/serializeError';
import { makeFolder } from '../../state/stateFiles';
import { UsageError } from '../cliErrors';
import { ownManifest } from '../packages';

/** A file to write: a text, or a copy of another file. */
export type NewFile = {
  /** Relative to the folder it is written to, with `/` between its parts. */
  readonly path: string;
} & ({ readonly text: string } | { readonly copyOf: string });

const SUFFIX = '.tpl';

/**
 * The files of a folder of `templates/`, with `{{key}}` replaced in their texts and `__key__` in their paths.
 *
 * Templates end in `.tpl`, so that npm, linters and test runners do not treat them as real files.
 */
export function renderTemplates(folder: string, values: Readonly<Record<string, string>>): readonly NewFile[] {
  const root = join(ownManifest().folder, 'templates', folder);
  return listFiles(root).map((path) => ({
    path: fill(path.slice(0, -SUFFIX.length), /__(\w+?)__/g, values),
    text: fill(readFileSync(join(root, path), 'utf8'), /\{\{(\w+)\}\}/g, values),
  }));
}

function listFiles(root: string): string[] {
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((file) => file.isFile() && file.name.endsWith(SUFFIX))
    .map((file) =>
      join(file.parentPath, file.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

const fill = (text: string, pattern: RegExp, values: Readonly<Record<string, string>>): string =>
  text.replace(pattern, (found, key: string) => values[key] ?? found);

/**
 * Writes new files below a folder. When one of them exists already, none is written.
 *
 * @throws UsageError listing every file that is in the way.
 */
export function writeFiles(folder: string, files: readonly NewFile[]): void {
  const inTheWay = files.flatMap(({ path }) => fileThere(folder, path) ?? []);
  if (inTheWay.length > 0) {
    throw new UsageError('FILES_IN_THE_WAY', {
      what: `${inTheWay.length === 1 ? 'A file is' : `${inTheWay.length} files are`} there already, and nothing is overwritten.`,
      facts: { folder, files: inTheWay.join(', ') },
      fix: 'choose another name, or move what is there out of the way.',
    });
  }
  for (const { path, ...content } of files) {
    const file = join(folder, path);
    writing(file, () => {
      makeFolder(dirname(file));
      // Fails if the file was created since the check above.
      if ('copyOf' in content) copyFileSync(content.copyOf, file, constants.COPYFILE_EXCL);
      else writeFileSync(file, content.text, { flag: 'wx' });
    });
  }
}

/**
 * The path of what is there already under the name of a new file. A name that differs in case alone is taken as well: it is the
 * same file on a Mac and on Windows, and the compiler refuses two such files everywhere.
 */
function fileThere(folder: string, path: string): string | undefined {
  if (existsSync(join(folder, path))) return path;
  const beside = dirname(join(folder, path));
  if (!existsSync(beside)) return undefined;
  const same = reading(beside, () => readdirSync(beside)).find(
    (name) => name.toLowerCase() === basename(path).toLowerCase(),
  );
  return same === undefined ? undefined : join(dirname(path), same);
}

/**
 * Does what writes a file.
 *
 * @throws UsageError that names the file, when the system refuses.
 */
export function writing(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new UsageError('WRONG_USAGE', {
      what: `A file cannot be written: ${messageOf(error)}`,
      facts: { file },
      fix: codeOf(error) === 'ENOSPC' ? 'make room on that disk.' : 'choose a folder that you may write to.',
    });
  }
}

/**
 * Does what reads a file or folder.
 *
 * @throws UsageError that names it, when the system refuses.
 */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError('WRONG_USAGE', {
      what: `What is there cannot be read: ${messageOf(error)}`,
      facts: { path },
      fix: 'choose another folder, or let the user who calls this read it.',
    });
  }
}
