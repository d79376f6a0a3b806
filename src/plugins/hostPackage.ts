import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface HostPackage {
  /** Links resolved. */
  readonly folder: string;
  readonly version: string;
}

let found: HostPackage | undefined;

/** The package that this code is part of. */
export function hostPackage(): HostPackage {
  return (found ??= findHost());
}

function findHost(): HostPackage {
  for (let folder = realpathSync(__dirname); ; folder = dirname(folder)) {
    const host = readHost(folder);
    if (host !== undefined) return { folder, version: host };
    if (folder === dirname(folder)) throw new Error('the package.json of daemonry is missing from its installation');
  }
}

/** The version, where the folder is that of daemonry. */
function readHost(folder: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
    return name === 'daemonry' && typeof version === 'string' ? version : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
