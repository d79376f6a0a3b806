import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Problems } from '../errors/Problem';
import { findInstalled } from './installedPackage';
import type { PluginRecord } from './PluginRecord';
import { semver } from './readManifest';

/** Refuses a plugin that asks for another version of the framework, or would load another copy. */
export function checkHost(record: PluginRecord, host: HostPackage = hostPackage()): void {
  const { name, folder, engine } = record.origin;
  const problems = new Problems();
  if (engine !== undefined && !semver().satisfies(host.version, engine, { includePrerelease: true })) {
    problems.add('PLUGIN_ENGINE_MISMATCH', {
      what: `The plugin "${name}" needs daemonry ${engine}, and this is ${host.version}.`,
      facts: { package: record.label },
      fix: 'install a version of the plugin, or of daemonry, that fits.',
    });
  }
  const own = folder === undefined ? undefined : findInstalled('daemonry', folder);
  if (own !== undefined && own !== host.folder) {
    problems.add('PLUGIN_FOREIGN_FRAMEWORK', {
      what: `The plugin "${name}" comes with a daemonry of its own.`,
      facts: { 'daemonry in use': host.folder, 'daemonry of the plugin': own },
      fix: 'declare daemonry as a peer dependency in the package of the plugin, then `npm dedupe`, so that one copy is left; a package that is linked from elsewhere needs to be installed, or to share the copy.',
    });
  }
  if (problems.list.length > 0) record.refuse(problems.list);
}

export interface HostPackage {
  /** Links resolved. */
  readonly folder: string;
  readonly version: string;
}

let found: HostPackage | undefined;

/** The package that this code is part of. */
function hostPackage(): HostPackage {
  return (found ??= findHost());
}

function findHost(): HostPackage {
  for (let folder = realpathSync(__dirname); ; folder = dirname(folder)) {
    const host = readHost(folder);
    if (host !== undefined) return { folder, version: host };
    if (folder === dirname(folder)) throw new Error('the package.json of daemonry is missing from its installation');
  }
}

/** The version, where the folder is that of daemonry. */
function readHost(folder: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
    return name === 'daemonry' && typeof version === 'string' ? version : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
