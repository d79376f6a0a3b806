import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

import { validRange } from 'semver';

import { UsageError } from '../cliErrors';
import { ownManifest } from '../packages';

/** The folders that a path is relative to, and is written relative to. */
export interface SpecPlaces {
  readonly cwd: string;
  /** The folder of the new application. */
  readonly folder: string;
}

const PATH = /^(\.|\/|[A-Za-z]:[\\/]|file:)|\.(tgz|tar\.gz)$/;
const ADDRESS = /^(https?|git|git\+\w+|ssh|npm|github|workspace|link|portal):/;
const TAG = /^[A-Za-z][\w.-]*$/;

/**
 * The dependency that a package.json states for what was given on the command line. A path is relative to the working
 * directory, and becomes one relative to the new application; versions, ranges, tags and addresses stay as they are.
 *
 * @throws UsageError when there is no such file, or when it is nothing that npm understands.
 */
export function packageSpec(option: string, given: string, { cwd, folder }: SpecPlaces): string {
  if (!PATH.test(given)) {
    const isRange = given.trim() !== '' && validRange(given) !== null;
    if (isRange || ADDRESS.test(given) || TAG.test(given)) return given;
    throw new UsageError('WRONG_USAGE', {
      what: `${option} is no version of a package: "${given}".`,
      fix: 'give a version or a range (^0.1.0), a tag (latest), an address, or the path of a tarball (./daemonry-0.1.0.tgz).',
    });
  }
  const path = resolve(cwd, given.replace(/^file:(\/\/)?/, ''));
  if (existsSync(path)) return fileSpec(path, folder);
  throw new UsageError('WRONG_USAGE', {
    what: `${option} names a file that is not there.`,
    facts: { given, file: path },
    fix: 'give the path of a tarball, as npm pack makes it; it is relative to the working directory.',
  });
}

/**
 * The dependencies of a new application when none are given: the versions of the copy that is running. Where npm installed
 * that from a tarball, no registry may have them: then it is the tarball, and for the modules the one that lies beside it.
 */
export function defaultSpecs(folder: string): { readonly daemonry: string; readonly modules: string } {
  const { version, folder: own } = ownManifest();
  const range = `^${version}`;
  const tarball = installedFrom(own, 'daemonry');
  if (tarball === undefined) return { daemonry: range, modules: range };
  const modules = installedFrom(own, '@daemonry/modules') ?? join(dirname(tarball), `daemonry-modules-${version}.tgz`);
  return {
    daemonry: fileSpec(tarball, folder),
    modules: existsSync(modules) ? fileSpec(modules, folder) : range,
  };
}

/** The tarball that npm installed a package from, beside the package in the folder `own`; undefined when it was none. */
function installedFrom(own: string, name: string): string | undefined {
  const modules = dirname(own);
  try {
    const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
      readonly packages?: Readonly<Record<string, { readonly resolved?: string } | undefined>>;
    };
    const resolved = packages?.[`node_modules/${name}`]?.resolved ?? '';
    const tarball = resolve(dirname(modules), resolved.replace(/^file:/, ''));
    return resolved.startsWith('file:') && existsSync(tarball) ? tarball : undefined;
  } catch {
    return undefined; // not installed by npm
  }
}

function fileSpec(path: string, folder: string): string {
  const way = relative(folder, path).replaceAll('\\', '/');
  return `file:${isAbsolute(way) || way.startsWith('.') ? way : `./${way}`}`;
}
