import { DaemonryError } from './DaemonryError';

/** Thrown into a plugin's module that changes what others have bound. */
export class PluginRebindsError extends DaemonryError {
  constructor(
    readonly pluginName: string,
    deed: string,
    identifier: string,
  ) {
    super('PLUGIN_REBINDS', {
      what: `The plugin "${pluginName}" ${deed} "${identifier}", which is not its own.`,
      facts: { plugin: pluginName },
      fix: 'bind under an identifier of the plugin itself, or one that the application collects with @multiInject: a plugin adds, and changes nothing.',
    });
  }
}
