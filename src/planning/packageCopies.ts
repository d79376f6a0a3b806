import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';

import {
  findInstalled,
  hasInstalled,
  hostPackage,
  installedDependencies,
  nearestPackage,
  readPackageJson,
} from '../configuration';
import { bundleFile } from '../contracts/bundleFile';
import { LOADED_COPIES, THIS_COPY } from '../contracts/loadedCopies';
import { type AnyClass, copyThatDecorated } from '../contracts/metadata';
import type { ErrorParts } from '../errors/DaemonryError';

/** The packages of which an application can have only one copy. */
const SINGLE = ['daemonry', 'inversify', 'reflect-metadata'];
/** Passes over most of the thousands of files that are loaded. */
const MAYBE_OF_PACKAGE = /[\\/](?:inversify|reflect-metadata)[\\/]/;
/** A file of a package of which an application can have only one, and the folder of that package. daemonry keeps a list itself. */
const FILE_OF_PACKAGE = /^(.*[\\/]node_modules[\\/](inversify|reflect-metadata))[\\/](?!.*[\\/]node_modules[\\/])/;

/** A package with more than one copy, as a problem or a warning says it. */
export type PackageCopies = Omit<ErrorParts, 'cause'>;

/**
 * Describes each package of which an application can have only one copy, and has more: those that are loaded, as far as
 * Node keeps a list of them, and those that code of the application or of a package it depends on would load.
 *
 * @param from - the folder of the application; undefined to go by what is loaded, without a look at the disk if that is one
 * copy of each.
 * @param classes - its listeners, which may have been decorated by another copy.
 * @param dependenciesOf - finds the packages that it depends on. @defaultValue on the disk
 */
export function packageCopies(
  from: string | undefined,
  classes: readonly AnyClass[],
  dependenciesOf = installedDependencies,
): PackageCopies[] {
  const loaded = loadedFolders();
  const packages = from === undefined ? [] : [from, ...withOwnPackages(from, dependenciesOf)];
  const copiesOf = (name: string): readonly string[] => loaded.get(name) ?? [];
  const names = SINGLE.filter((name) => from !== undefined || copiesOf(name).length > 1);
  if (names.length === 0) return [];
  const host = hostPackage()?.folder;
  return names.flatMap((name): PackageCopies[] => {
    const found = copiesOf(name);
    // In a bundle, a package that is not loaded from its own folder is part of the bundle.
    if (found.length === 0 && bundleFile() !== undefined) return [];
    const own = name === 'daemonry' ? host : packageInUse(name, host === undefined ? [] : found);
    if (own === undefined) return [];
    const users = packages.filter((folder) => folder === from || declares(folder, name));
    const reachable = users.flatMap((folder) => findInstalled(name, folder) ?? []);
    const others = new Set([...found.flatMap(realFolder), ...reachable].filter((folder) => folder !== own));
    if (others.size > 0) return [severalCopies(name, own, [...others])];
    const foreign = name === 'daemonry' && LOADED_COPIES.length > 1 ? classes.filter(isForeign) : [];
    return foreign.length === 0 ? [] : [loadedTwice(own, foreign)];
  });
}

const severalCopies = (name: string, own: string, others: readonly string[]): PackageCopies => ({
  what: `There is more than one copy of ${name} in this application.`,
  facts: { 'in use': own, others },
  fix: `keep one: declare ${name} as a peer dependency in the package that brings its own, then \`npm dedupe\`; a package that is linked from elsewhere needs to be installed, or to share the copy.`,
});

const loadedTwice = (own: string, foreign: readonly AnyClass[]): PackageCopies => ({
  what: 'daemonry was loaded a second time, and listeners were decorated by the other one.',
  facts: { 'loaded twice': own, listeners: foreign.map(({ name }) => name) },
  fix: 'load it once: import it by its name only, without a query, and use nothing that was imported before the modules were reset.',
});

/** The packages that the application depends on which have packages of their own installed. */
function withOwnPackages(application: string, dependenciesOf: typeof installedDependencies): readonly string[] {
  try {
    return dependenciesOf(application).filter(hasInstalled);
  } catch {
    // Without a package.json that can be read there are no dependencies to look at.
    return [];
  }
}

/** True unless the package says that it needs others, and not this one: then nothing in it loads it. */
function declares(folder: string, name: string): boolean {
  try {
    const { dependencies, peerDependencies } = readPackageJson(folder);
    const needed = [dependencies, peerDependencies].filter((names) => names !== undefined);
    return needed.length === 0 || needed.some((names) => name in Object(names));
  } catch {
    return true; // A package that cannot be read may load anything.
  }
}

const isForeign = (target: AnyClass): boolean => copyThatDecorated(target) !== THIS_COPY;

/** A folder of each loaded copy of each package, as Node names it. */
function loadedFolders(): ReadonlyMap<string, readonly string[]> {
  const folders = new Map([['daemonry', LOADED_COPIES.map(({ folder }) => folder)]]);
  const seen = new Set<string>();
  for (const file of Object.keys(require.cache)) {
    if (!MAYBE_OF_PACKAGE.test(file)) continue;
    const [, folder, name] = FILE_OF_PACKAGE.exec(file) ?? [];
    if (folder === undefined || name === undefined || seen.has(folder)) continue;
    seen.add(folder);
    folders.set(name, [...(folders.get(name) ?? []), folder]);
  }
  return folders;
}

/** The folder of the package that a folder is part of, links resolved. */
function realFolder(folder: string): string[] {
  try {
    return [nearestPackage(realpathSync(folder)) ?? folder];
  } catch {
    // It was loaded, and has been removed since.
    return [folder];
  }
}

/**
 * The folder of a package that the framework uses, links resolved; undefined if it is part of a bundle.
 *
 * @param loaded - the loaded copies, of which the framework has one; none if it is part of a bundle itself.
 */
function packageInUse(name: string, loaded: readonly string[]): string | undefined {
  // To have Node find it takes as long as all the rest here.
  if (loaded.length === 1) return loaded.flatMap(realFolder)[0];
  try {
    return nearestPackage(realpathSync(createRequire(__filename).resolve(name)));
  } catch {
    return undefined;
  }
}
