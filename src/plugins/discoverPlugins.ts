import { existsSync, realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import type { Plugin } from '../contracts/Plugin';
import { Problems } from '../errors/Problem';
import { toError } from '../errors/serializeError';
import { findInstalled, nearestPackage, readPackageJson } from './installedPackage';
import { PluginRecord } from './PluginRecord';
import { readManifest } from './readManifest';

export interface DiscoveryInput {
  /** The application's folder: its own, or nearest, package.json names the packages. `false`: none is looked for. */
  readonly from: string | false;
  /** Folders that are packages. */
  readonly paths: readonly string[];
  /** What `paths` are relative to. */
  readonly baseDirectory: string;
  /** Plugins given in code. */
  readonly given: readonly Plugin[];
}

/**
 * The plugins that are there: given in code, installed as dependencies of the application itself, then those of `paths`.
 * Reads package.json files, and executes nothing. A package that is reached twice counts once.
 */
export async function discoverPlugins(
  { from, paths, baseDirectory, given }: DiscoveryInput,
  problems: Problems,
): Promise<readonly PluginRecord[]> {
  const records = given.map((plugin) => {
    const { name, version } = plugin;
    return new PluginRecord({ name, given: plugin, ...(version === undefined ? {} : { version }) });
  });
  const installed = from === false ? [] : await dependenciesOf(realPath(resolve(baseDirectory, from)), problems);
  records.push(...(await Promise.all(installed.map(readInstalled))).flat());
  const seen = new Set(installed);
  for (const path of paths) {
    const folder = realPath(resolve(baseDirectory, path));
    if (seen.has(folder)) continue;
    seen.add(folder);
    records.push(await readPath(path, folder));
  }
  return records;
}

const realPath = (path: string): string => (existsSync(path) ? realpathSync(path) : path);

/** The folders of the packages that the application itself depends on, and that are there. */
async function dependenciesOf(from: string, problems: Problems): Promise<readonly string[]> {
  const folder = nearestPackage(from);
  if (folder === undefined) return [];
  try {
    const { dependencies, optionalDependencies } = await readPackageJson(folder);
    const names = [dependencies, optionalDependencies].flatMap((named) => Object.keys(named ?? {}));
    return [...new Set(names.flatMap((name) => findInstalled(name, folder) ?? []))];
  } catch (error) {
    problems.add('CONFIG_UNREADABLE', {
      what: `The package.json of the application cannot be read: ${toError(error).message}`,
      facts: { file: join(folder, 'package.json') },
      fix: 'correct it; plugins are looked for among the dependencies that it names.',
    });
    return [];
  }
}

/** A plugin, where the package is one. */
async function readInstalled(folder: string): Promise<readonly PluginRecord[]> {
  try {
    const packageJson = await readPackageJson(folder);
    return packageJson.daemonry === undefined ? [] : [readManifest(packageJson, folder)];
  } catch (error) {
    return [unreadable(folder, error)];
  }
}

async function readPath(path: string, folder: string): Promise<PluginRecord> {
  try {
    const packageJson = await readPackageJson(folder);
    if (packageJson.daemonry !== undefined) return readManifest(packageJson, folder);
    const problems = new Problems();
    problems.add('PLUGIN_MANIFEST_INVALID', {
      what: `The package at "${path}", which plugins.paths names, is no plugin: its package.json has no "daemonry".`,
      facts: { file: join(folder, 'package.json') },
      fix: 'name the folder of a package with a manifest, or remove it from plugins.paths.',
    });
    return new PluginRecord({ name: packageJson.name, folder, package: packageJson.name }, problems.list);
  } catch (error) {
    return unreadable(folder, error);
  }
}

function unreadable(folder: string, error: unknown): PluginRecord {
  const problems = new Problems();
  problems.add('PLUGIN_MANIFEST_INVALID', {
    what: `The package.json of a package cannot be read: ${toError(error).message}`,
    facts: { file: join(folder, 'package.json') },
    fix: 'install the package again, or correct the path.',
  });
  return new PluginRecord({ name: basename(folder), folder }, problems.list);
}
