import { resolve } from 'node:path';

import type { FrameworkConfig } from '../contracts/configuration';
import type { Plugin } from '../contracts/Plugin';
import type { Problems } from '../errors/Problem';
import { checkHost } from './checkHost';
import { discoverPlugins } from './discoverPlugins';
import { LoadedPlugins, type Owned } from './LoadedPlugins';
import { type PluginServices, registerPlugin } from './registerPlugin';
import { selectPlugins } from './selectPlugins';
import type { ApplicationEventName, ApplicationEvents } from '../contracts/ApplicationEvents';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import type { Subscription } from './PluginRegistration';

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
  host: PluginServices,
  problems: Problems,
): Promise<LoadedPlugins> {
  const { layers } = host;
  const baseDirectory =
    from === undefined || from === false ? layers.baseDirectory : resolve(layers.baseDirectory, from);
  const input = { from: from === false ? from : baseDirectory, paths: configured.paths, baseDirectory, given };
  const records = discoverPlugins(input, problems);
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

/** Subscribes the plugins that are in effect to their events, and says in the log which of the enabled ones are not. */
export function applyPlugins(
  plugins: LoadedPlugins,
  events: ApplicationEvents,
  loggerOf: (plugin: string) => ListenerLogger,
): void {
  for (const { plugin, value } of plugins.subscriptions) subscribe({ plugin, value }, events, loggerOf(plugin));
  for (const record of plugins.lost) {
    const { package: packageName, version, file, problems } = record.describe();
    const { error } = record;
    loggerOf(record.name).warn('The plugin is not loaded; the application goes on without it', {
      package: packageName,
      version,
      file,
      problems,
      error,
    });
  }
}

/** What a subscriber throws, or rejects with, is logged under its plugin and changes nothing. */
function subscribe({ value: [name, fn] }: Owned<Subscription>, events: ApplicationEvents, log: ListenerLogger): void {
  const failed = (error: unknown): void => {
    log.error(`a subscriber of ${name} failed`, { error });
  };
  const deliver = async (event: unknown): Promise<void> => {
    await fn(event);
  };
  events.on(name as ApplicationEventName, (event) => {
    deliver(event).catch(failed);
  });
}
