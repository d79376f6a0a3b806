import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageOf } from './entry/packageOf';

export interface OwnManifest {
  readonly folder: string;
  readonly version: string;
  /** The versions of what it works with: its dependencies and peers. */
  readonly versions: Readonly<Record<string, string>>;
}

/** What this copy of the framework says of itself. */
export function ownManifest(): OwnManifest {
  const folder = packageOf(__dirname)?.folder ?? __dirname;
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly version: string;
    readonly dependencies: Readonly<Record<string, string>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  return { folder, version: manifest.version, versions: { ...manifest.dependencies, ...manifest.peerDependencies } };
}
