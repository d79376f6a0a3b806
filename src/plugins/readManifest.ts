import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, isAbsolute } from 'node:path';

import { isForbiddenKey, type PackageJson } from '../configuration';
import { Problems, showValue } from '../errors/Problem';
import { didYouMean } from '../errors/suggest';
import { PluginRecord } from './PluginRecord';

const PLUGIN_KEYS = ['name', 'plugin', 'engine'] as const;
/** Read by the configuration and the command line: a package may declare them beside a plugin, or without one. */
const OTHER_KEYS = ['sections', 'commands', 'entry'] as const;
const KEYS = [...PLUGIN_KEYS, ...OTHER_KEYS] as const;
const NAME = /^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/;

/** True for a name that can be a key of the configuration, and a part of an environment variable's name. */
export const isPluginName = (name: unknown): name is string =>
  typeof name === 'string' && NAME.test(name) && !isForbiddenKey(name);

const PLUGIN_NAME_FORM = 'lower-case words with one "-" or "_" between them, such as "marvin"';

/** True unless `daemonry` in the package.json is missing, or declares only sections, commands and an entry. */
export function describesPlugin({ daemonry }: PackageJson): boolean {
  if (daemonry === undefined) return false;
  const keys = Object.keys(Object(daemonry) as object);
  return PLUGIN_KEYS.some((key) => keys.includes(key)) || !OTHER_KEYS.some((key) => keys.includes(key));
}

/** Reads the plugin that a package's manifest describes; a manifest that is not valid makes it a refused plugin. */
export function readManifest(packageJson: PackageJson, folder: string): PluginRecord {
  const problems = new Problems();
  const { name: packageName, version, daemonry: manifest } = packageJson;
  const report = (what: string, value: unknown, fix: string): void => {
    const facts = { file: join(folder, 'package.json'), value: value === undefined ? undefined : showValue(value) };
    problems.add('PLUGIN_MANIFEST_INVALID', { what, facts, fix });
  };
  const shared = { package: packageName, folder, version: typeof version === 'string' ? version : undefined };
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) {
    report(
      `"daemonry" of the package "${packageName}" is not a manifest.`,
      manifest,
      'write "daemonry": { "name": "…", "plugin": "./dist/plugin.js", "engine": "^1" }.',
    );
    return new PluginRecord({ name: packageName, ...shared }, problems.list);
  }
  const { name, plugin, engine } = manifest as Record<string, unknown>;
  for (const key of Object.keys(manifest)) {
    if (KEYS.some((known) => known === key)) continue;
    const what = `"daemonry.${key}" of the package "${packageName}" is not known.${didYouMean(key, KEYS)}`;
    report(what, undefined, `remove it; known are ${KEYS.join(', ')}.`);
  }
  if (!isPluginName(name)) {
    report(
      `"daemonry.name" of the package "${packageName}" is not a name.`,
      name,
      `give ${PLUGIN_NAME_FORM}: operators enable the plugin by it.`,
    );
  }
  const file = typeof plugin === 'string' && plugin !== '' ? resolve(folder, plugin) : undefined;
  if (file === undefined || !isInside(folder, file) || isAbsolute(String(plugin))) {
    report(
      `"daemonry.plugin" of the package "${packageName}" is not a path inside the package.`,
      plugin,
      'name the file that exports register: "./dist/plugin.js".',
    );
  } else if (!existsSync(file) || !statSync(file).isFile()) {
    report(
      `The file that "daemonry.plugin" of the package "${packageName}" names is not there.`,
      plugin,
      'build the package, and list the file in "files" of its package.json; give the name of a file, ending included.',
    );
  } else if (!isInside(realpathSync(folder), realpathSync(file))) {
    report(
      `The file that "daemonry.plugin" of the package "${packageName}" names is a link that leads out of the package.`,
      plugin,
      'name a file of the package itself.',
    );
  }
  if (engine !== undefined && !isRange(engine)) {
    report(
      `"daemonry.engine" of the package "${packageName}" is not a range of versions.`,
      engine,
      'give a range as npm knows it, such as "^1"; or leave it out, if any version will do.',
    );
  }
  return new PluginRecord(
    {
      name: isPluginName(name) ? name : packageName,
      ...shared,
      file,
      engine: typeof engine === 'string' ? engine : undefined,
    },
    problems.list,
  );
}

function isInside(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path !== '' && !path.startsWith('..') && !isAbsolute(path);
}

function isRange(engine: unknown): boolean {
  return typeof engine === 'string' && engine.trim() !== '' && semver().validRange(engine) !== null;
}

/** semver, loaded when the first plugin states an `engine`. */
export function semver(): typeof import('semver') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- most applications have no plugin.
  return require('semver') as typeof import('semver');
}
