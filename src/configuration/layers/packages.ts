import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import { messageOf } from '../../errors/serializeError';
import { readText } from './readText';

/** The content of a package.json. Anybody may have written it: only `name` is known to be a text. */
export interface PackageJson {
  /** The name it states, else the name of its folder. */
  readonly name: string;
  readonly version?: unknown;
  readonly daemonry?: unknown;
  readonly [key: string]: unknown;
}

/**
 * The path of what is in a folder. `join` looks at each character of paths that need no mending: a boot that asks for all of
 * these has V8 optimize the function that does, which takes 5 ms of CPU on a thread of its own.
 */
const inside = (folder: string, name: string): string => `${folder}${sep}${name}`;

/** The folder of the nearest package.json: in `path`, or in a folder above it. */
export function nearestPackage(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(inside(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The folder of the package.json nearest to the entry file, links resolved; without either, the working directory. */
export function findBaseDirectory(entryFile: string | undefined, workingDirectory: string): string {
  if (entryFile === undefined) return workingDirectory;
  // `node .` has a folder here, and `node dist/main` a file without its ending.
  return nearestPackage(existsSync(entryFile) ? realpathSync(entryFile) : entryFile) ?? workingDirectory;
}

/** @throws what reading and parsing throw; TypeError when the file holds no object */
export function readPackageJson(folder: string): PackageJson {
  const parsed = parseJson(readText(inside(folder, 'package.json')));
  if (typeof parsed !== 'object' || parsed === null) throw new TypeError('it holds no object');
  const { name } = parsed as { name?: unknown };
  return { ...parsed, name: typeof name === 'string' ? name : basename(folder) };
}

/** A copy of daemonry. */
export interface HostPackage {
  /** Links resolved. */
  readonly folder: string;
  readonly version: string;
}

/**
 * The package of a copy of daemonry; undefined when that is part of a bundle.
 *
 * @param code - a folder of its code. @defaultValue that of this code
 */
export function hostPackage(code = __dirname): HostPackage | undefined {
  const folder = attempt(() => nearestPackage(realpathSync(code)));
  if (folder === undefined) return undefined;
  const { name, version } = readPackageJson(folder);
  return name === 'daemonry' ? { folder, version: String(version) } : undefined;
}

/** The parser's own message quotes the text; the place in it is kept. */
function parseJson(text: string): unknown {
  let place: string | undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    place = /position \d+/.exec(messageOf(error))?.[0];
  }
  throw new SyntaxError(`it is not valid JSON${place === undefined ? '' : `, at ${place}`}`);
}

/**
 * The folder of the package that Node finds from `folder` under that name, links resolved: the nearest
 * `node_modules/<name>`, upwards. A package may hide its package.json from `require.resolve`, so that is not asked.
 */
export function findInstalled(name: string, folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const candidate = inside(inside(current, 'node_modules'), name);
    if (existsSync(inside(candidate, 'package.json'))) return realpathSync(candidate);
    if (current === dirname(current)) return undefined;
  }
}

/** True if a package has packages of its own. */
export const hasInstalled = (folder: string): boolean => existsSync(inside(folder, 'node_modules'));

/**
 * The folders of the installed packages that the package in `folder` itself depends on.
 *
 * @throws what {@link readPackageJson} throws
 */
export function installedDependencies(folder: string): readonly string[] {
  const { dependencies, optionalDependencies } = readPackageJson(folder);
  const names = [dependencies, optionalDependencies].flatMap((named) => Object.keys(named ?? {}));
  return [...new Set(names.flatMap((name) => findInstalled(name, folder) ?? []))];
}

/**
 * The sections of the configuration that installed packages say their modules read (`daemonry.sections` in their
 * package.json), each with the import path of the module. Packages are the dependencies of the package nearest to `path`;
 * one that cannot be read, or declares something else, is left out.
 */
export function declaredSections(path: string): ReadonlyMap<string, string> {
  const application = nearestPackage(path);
  const folders = attempt(() => (application === undefined ? [] : installedDependencies(application))) ?? [];
  return new Map(folders.flatMap((folder) => attempt(() => sectionsOf(readPackageJson(folder))) ?? []));
}

function sectionsOf({ daemonry }: PackageJson): readonly (readonly [string, string])[] {
  const { sections } = Object(daemonry) as { sections?: unknown };
  if (typeof sections !== 'object' || sections === null) return [];
  return Object.entries(sections).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
