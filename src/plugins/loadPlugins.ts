import { resolve } from 'node:path';

import type { FrameworkConfig } from '../contracts/configuration';
import type { Plugin } from '../contracts/Plugin';
import type { Problems } from '../errors/Problem';
import { checkHost } from './checkHost';
import { discoverPlugins } from './discoverPlugins';
import { LoadedPlugins } from './LoadedPlugins';
import { type PluginHost, registerPlugin } from './registerPlugin';
import { selectPlugins } from './selectPlugins';

export interface PluginSources {
  /** @defaultValue the base directory of the configuration */
  readonly from?: string | false;
  readonly given: readonly Plugin[];
}

/**
 * Discovers the plugins of an application, and has those that are enabled register, one after the other, by priority.
 * Nothing of another is executed.
 */
export async function loadPlugins(
  { from, given }: PluginSources,
  configured: FrameworkConfig['plugins'],
  host: PluginHost,
  problems: Problems,
): Promise<LoadedPlugins> {
  const { layers } = host;
  const baseDirectory =
    from === undefined || from === false ? layers.baseDirectory : resolve(layers.baseDirectory, from);
  const input = { from: from === false ? from : baseDirectory, paths: configured.paths, baseDirectory, given };
  const records = await discoverPlugins(input, problems);
  const lookedIn = from === false ? 'plugins.paths only (plugins.from is false)' : baseDirectory;
  const { enabled, warnings } = selectPlugins(records, configured, lookedIn, problems);
  for (const record of enabled) {
    checkHost(record);
    if (record.state === 'enabled') await registerPlugin(record, host);
  }
  const plugins = new LoadedPlugins(records, configured.onFailure, warnings);
  plugins.reportLost(problems);
  return plugins;
}
