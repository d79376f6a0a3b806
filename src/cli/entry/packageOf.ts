import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface NearestPackage {
  readonly folder: string;
  readonly manifest: { readonly name?: string; readonly type?: string };
}

/** The nearest package.json above a file or folder. @throws SyntaxError when it is not JSON. */
export function packageOf(path: string): NearestPackage | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      return { folder, manifest: JSON.parse(readFileSync(file, 'utf8')) as NearestPackage['manifest'] };
    }
    if (folder === dirname(folder)) return undefined;
  }
}
