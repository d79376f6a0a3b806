import { existsSync, realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { nearestPackage, readPackageJson } from '../configuration';
import type { Plugin } from '../contracts/Plugin';
import { Problems } from '../errors/Problem';
import { messageOf } from '../errors/serializeError';
import { PluginRecord } from './PluginRecord';
import { describesPlugin, readManifest } from './readManifest';

export interface DiscoveryInput {
  /** The application's folder: its own, or nearest, package.json names the packages. `false`: none is looked for. */
  readonly from: string | false;
  /** Folders that are packages. */
  readonly paths: readonly string[];
  /** The folder that `paths` are relative to. */
  readonly baseDirectory: () => string;
  /** The folders of the installed packages that the package in a folder depends on; throws when its package.json cannot be read. */
  readonly dependenciesOf: (folder: string) => readonly string[];
  /** Plugins given in code. */
  readonly given: readonly Plugin[];
}

/**
 * Finds the plugins of an application: those given in code, then those installed as its own dependencies, then those of
 * `paths`. Reads package.json files, and executes nothing. A package that is reached twice counts once.
 */
export function discoverPlugins(
  { from, paths, baseDirectory, dependenciesOf, given }: DiscoveryInput,
  problems: Problems,
): readonly PluginRecord[] {
  const records = given.map(
    (plugin) => new PluginRecord({ name: plugin.name, version: plugin.version, given: plugin }),
  );
  const installed =
    from === false ? [] : packagesOf(realPath(resolve(baseDirectory(), from)), dependenciesOf, problems);
  records.push(...installed.flatMap(readInstalled));
  const seen = new Set(installed);
  for (const path of paths) {
    const folder = realPath(resolve(baseDirectory(), path));
    if (seen.has(folder)) continue;
    seen.add(folder);
    records.push(readPath(path, folder));
  }
  return records;
}

const realPath = (path: string): string => (existsSync(path) ? realpathSync(path) : path);

/** The folders of the installed packages that the application itself depends on. */
function packagesOf(
  from: string,
  dependenciesOf: DiscoveryInput['dependenciesOf'],
  problems: Problems,
): readonly string[] {
  const folder = nearestPackage(from);
  if (folder === undefined) return [];
  try {
    return dependenciesOf(folder);
  } catch (error) {
    problems.add('CONFIG_UNREADABLE', {
      what: `The package.json of the application cannot be read: ${messageOf(error)}`,
      facts: { file: join(folder, 'package.json') },
      fix: 'correct it; plugins are looked for among the dependencies that it names.',
    });
    return [];
  }
}

/** The plugin of an installed package; none when the package is no plugin. */
function readInstalled(folder: string): readonly PluginRecord[] {
  try {
    const packageJson = readPackageJson(folder);
    return describesPlugin(packageJson) ? [readManifest(packageJson, folder)] : [];
  } catch (error) {
    return [unreadable(folder, error)];
  }
}

function readPath(path: string, folder: string): PluginRecord {
  try {
    const packageJson = readPackageJson(folder);
    if (describesPlugin(packageJson)) return readManifest(packageJson, folder);
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
    what: `The package.json of a package cannot be read: ${messageOf(error)}`,
    facts: { file: join(folder, 'package.json') },
    fix: 'install the package again, or correct the path.',
  });
  return new PluginRecord({ name: basename(folder), folder }, problems.list);
}
