import type { ApplicationEventName, ApplicationEvents } from '../contracts/ApplicationEvents';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import type { LoadedPlugins, Owned } from './LoadedPlugins';
import type { Subscription } from './PluginRegistration';

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
