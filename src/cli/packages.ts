import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { nearestPackage } from '../configuration';

/** A folder with a package.json, and the fields of it that the command line reads. */
export interface NearestPackage {
  readonly folder: string;
  readonly manifest: { readonly name?: string; readonly type?: string };
}

/**
 * The nearest package.json at or above a file or folder.
 *
 * @throws SyntaxError when it is not JSON.
 */
export function packageOf(path: string): NearestPackage | undefined {
  const folder = nearestPackage(path);
  if (folder === undefined) return undefined;
  return { folder, manifest: readManifest(folder) as NearestPackage['manifest'] };
}

/** The package.json of the copy of daemonry that is running. */
export interface OwnManifest {
  readonly folder: string;
  readonly version: string;
  /** The version range of each dependency and peer dependency. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Reads the package.json of the copy of daemonry that is running. */
export function ownManifest(): OwnManifest {
  const folder = nearestPackage(__dirname) ?? __dirname;
  const manifest = readManifest(folder) as {
    readonly version: string;
    readonly dependencies: Readonly<Record<string, string>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  return { folder, version: manifest.version, versions: { ...manifest.dependencies, ...manifest.peerDependencies } };
}

const readManifest = (folder: string): unknown => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
