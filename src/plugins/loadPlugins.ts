import { resolve } from 'node:path';

import type { FrameworkConfig } from '../contracts/configuration';
import type { Plugin } from '../contracts/Plugin';
import type { Problems } from '../errors/Problem';
import { discoverPlugins } from './discoverPlugins';
import { LoadedPlugins, type Owned } from './LoadedPlugins';
import type { PluginServices, registerPlugins } from './registerPlugins';
import { selectPlugins } from './selectPlugins';
import type { ApplicationEventName, ApplicationEvents } from '../contracts/ApplicationEvents';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import type { Subscription } from './PluginRegistration';

/** The sources of plugins that the options of an application give, beside the configuration. */
export interface PluginSources {
  /** The folder of the application; `false`: no installed plugins. @defaultValue the base directory of the configuration */
  readonly from?: string | false;
  /** Plugins given in code. */
  readonly given: readonly Plugin[];
}

/**
 * Finds the plugins of an application, then loads and registers the enabled ones, one after the other, by priority. No code
 * of other plugins is executed.
 */
export async function loadPlugins(
  { from, given }: PluginSources,
  configured: FrameworkConfig['plugins'],
  services: PluginServices,
  problems: Problems,
): Promise<LoadedPlugins> {
  const { layers } = services;
  const baseDirectory = (): string => resolve(layers.baseDirectory(), from === false ? '' : (from ?? ''));
  const { dependenciesOf } = layers;
  const folder = from === false ? from : baseDirectory();
  const input = { from: folder, paths: configured.paths, baseDirectory, dependenciesOf, given };
  const records = discoverPlugins(input, problems);
  const lookedIn = from === false ? 'plugins.paths only (plugins.from is false)' : baseDirectory();
  const { enabled, warnings } = selectPlugins(records, configured, lookedIn, problems);
  if (enabled.length > 0) await loadRegistration()(enabled, services);
  const plugins = new LoadedPlugins(records, configured.onFailure, warnings);
  plugins.reportLost(problems);
  return plugins;
}

function loadRegistration(): typeof registerPlugins {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an application without plugins does not load it
  return (require('./registerPlugins') as typeof import('./registerPlugins')).registerPlugins;
}

/** Subscribes the loaded plugins to their events, and logs each enabled plugin that is not loaded. */
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

/** An error of a subscriber is logged under its plugin and changes nothing else. */
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
