import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { validRange } from 'semver';

import { messageOf } from '../../errors/serializeError';
import { UsageError } from '../cliErrors';
import { ownManifest } from '../packages';
import type { NewFile } from './newFiles';

/** The packages that the command line names for a new application. */
export interface GivenSpecs {
  readonly daemonry?: string;
  readonly modules?: string;
}

/** The packages that a new application depends on. */
export interface Dependencies {
  /** The dependency, in the words of package.json. */
  readonly daemonry: string;
  /** The dependency, in the words of package.json. */
  readonly modules: string;
  /** Copies of the tarballs that are among them: a clone or an image of the application has nothing that lies outside of it. */
  readonly vendored: readonly NewFile[];
}

/** A version, a range, a tag or an address; or the path of a tarball. */
type Source = { readonly spec: string } | { readonly tarball: string };

/** The folder of a new application that the tarballs go into. */
const FOLDER = 'vendor';

const PATH = /^(\.|\/|[A-Za-z]:[\\/]|file:)|\.(tgz|tar\.gz)$/;
const ADDRESS = /^(https?|git|git\+\w+|ssh|npm|github):/;
const TAG = /^[A-Za-z][\w.-]*$/;

/**
 * Decides the packages that a new application depends on. Without any given it is the version that is running, and the same for
 * the modules as for daemonry. Where that is a tarball, given or installed by npm, no registry may have the modules: they are the
 * tarball that lies beside it.
 *
 * @param cwd - the folder that given paths are relative to.
 * @throws UsageError when a file is missing or no tarball, or when what is given is nothing that npm understands.
 */
export function dependencies({ daemonry, modules }: GivenSpecs, cwd: string): Dependencies {
  const own = daemonry === undefined ? ownSource() : sourceOf('--daemonry', daemonry, cwd);
  const theirs = modules === undefined ? modulesFor(own, daemonry) : sourceOf('--modules', modules, cwd);
  const vendored = new Map<string, string>();
  const stated = (source: Source): string => {
    if ('spec' in source) return source.spec;
    const { tarball } = source;
    const plain = basename(tarball).replaceAll(/[^\w.-]+/g, '-');
    const path = `${FOLDER}/${(vendored.get(`${FOLDER}/${plain}`) ?? tarball) === tarball ? plain : `modules-${plain}`}`;
    vendored.set(path, tarball);
    return `file:${path}`;
  };
  return {
    daemonry: stated(own),
    modules: stated(theirs),
    vendored: [...vendored].map(([path, copyOf]) => ({ path, copyOf })),
  };
}

function sourceOf(option: string, given: string, cwd: string): Source {
  if (!PATH.test(given)) {
    const isRange = given.trim() !== '' && validRange(given) !== null;
    if (isRange || ADDRESS.test(given) || TAG.test(given)) return { spec: given };
    throw new UsageError('WRONG_USAGE', {
      what: `${option} is no version of a package: "${given}".`,
      fix: 'give a version or a range (^0.1.0), a tag (latest), an address, or the path of a tarball (./daemonry-0.1.0.tgz).',
    });
  }
  const tarball = resolve(cwd, given.replace(/^file:(\/\/)?/, ''));
  const why = notTarball(tarball);
  if (why === undefined) return { tarball };
  throw new UsageError('WRONG_USAGE', {
    what: `${option} names ${why}.`,
    facts: { given, file: tarball },
    fix: 'give the path of a tarball, as npm pack makes it; it is relative to the working directory.',
  });
}

/** Why a path is not that of a tarball; undefined for a file that begins as gzip does. */
function notTarball(path: string): string | undefined {
  if (!existsSync(path)) return 'a file that is not there';
  if (statSync(path).isDirectory()) return 'a folder, which an image or a clone of the application would lack';
  try {
    const file = openSync(path, 'r');
    const head = Buffer.alloc(2);
    readSync(file, head, 0, 2, 0);
    closeSync(file);
    return head.readUInt16BE() === 0x1f8b ? undefined : 'a file that is no tarball';
  } catch (error) {
    return `a file that cannot be read: ${messageOf(error)}`;
  }
}

/** The copy that is running: the tarball that npm installed it from, else its version. */
function ownSource(): Source {
  const tarball = installedFrom('daemonry');
  return tarball === undefined ? { spec: `^${ownManifest().version}` } : { tarball };
}

/** The modules that go with a daemonry which was `given`, or is the running one. */
function modulesFor(daemonry: Source, given: string | undefined): Source {
  const range = `^${ownManifest().version}`;
  // The address of one package is not that of another.
  if ('spec' in daemonry) return { spec: ADDRESS.test(daemonry.spec) ? range : daemonry.spec };
  const { tarball } = daemonry;
  const beside = join(dirname(tarball), basename(tarball).replace(/^daemonry/, 'daemonry-modules'));
  const candidates = [given === undefined ? installedFrom('@daemonry/modules') : undefined, beside];
  const found = candidates.find((path) => path !== undefined && path !== tarball && notTarball(path) === undefined);
  return found === undefined ? { spec: range } : { tarball: found };
}

/** The tarball that npm installed a package from, beside the running copy of daemonry; undefined when it was none. */
function installedFrom(name: string): string | undefined {
  const modules = dirname(ownManifest().folder);
  try {
    const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
      readonly packages?: Readonly<Record<string, { readonly resolved?: string } | undefined>>;
    };
    const resolved = packages?.[`node_modules/${name}`]?.resolved ?? '';
    const tarball = resolve(dirname(modules), resolved.replace(/^file:/, ''));
    return resolved.startsWith('file:') && notTarball(tarball) === undefined ? tarball : undefined;
  } catch {
    return undefined; // not installed by npm
  }
}
