import { join } from 'node:path';

import { nearestPackage, type PackageJson, readPackageJson } from '../configuration';
import { codeOf, messageOf } from '../errors/serializeError';
import { UsageError } from './cliErrors';

/** A folder with a package.json, and the fields of it that the command line reads. */
export interface NearestPackage {
  readonly folder: string;
  readonly manifest: {
    readonly name?: string;
    readonly type?: string;
    readonly daemonry?: unknown;
    readonly scripts?: Readonly<Record<string, string>>;
    readonly dependencies?: object;
    readonly devDependencies?: object;
    readonly peerDependencies?: object;
  };
}

/**
 * The nearest package.json at or above a file or folder.
 *
 * @throws UsageError that names the file when it cannot be read.
 */
export function packageOf(path: string): NearestPackage | undefined {
  const folder = nearestPackage(path);
  if (folder === undefined) return undefined;
  return { folder, manifest: manifestOf(folder) };
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
  const { version, dependencies, peerDependencies } = manifestOf(folder) as unknown as {
    readonly version: string;
    readonly dependencies: Readonly<Record<string, string>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  return { folder, version, versions: { ...dependencies, ...peerDependencies } };
}

function manifestOf(folder: string): PackageJson {
  try {
    return readPackageJson(folder);
  } catch (error) {
    throw new UsageError('CONFIG_UNREADABLE', {
      what: `A package.json cannot be read: ${messageOf(error)}`,
      facts: { file: join(folder, 'package.json') },
      fix:
        codeOf(error) === undefined
          ? 'correct the file; it is that of the nearest folder with one.'
          : 'let the user who calls this read the file; it is that of the nearest folder with one.',
    });
  }
}
