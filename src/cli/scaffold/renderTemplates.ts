import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ownManifest } from '../ownManifest';

/** A file to write. */
export interface NewFile {
  /** Relative, with `/` between its parts. */
  readonly path: string;
  readonly text: string;
}

const SUFFIX = '.tpl';

/**
 * The files of a folder of `templates/`, with `{{key}}` replaced in their texts and `__key__` in their paths.
 *
 * A template ends in `.tpl`, so that no tool and no registry takes it for what it is going to be.
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
