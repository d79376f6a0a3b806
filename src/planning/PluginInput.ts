import type { ConfigurablePlugins } from '../configuration';
import type { PluginBindings } from '../container/bindPlugin';
import type { PlannedPlugin, PlannedValue, PlanWarning } from '../contracts/BootPlan';

/** The plugins of an application, as planning reads them. */
export interface PluginInput {
  /** The bindings of the loaded plugins, by priority. */
  readonly bindings: readonly PluginBindings[];
  /** The settings that plugins may have in the configuration. */
  readonly configurable: ConfigurablePlugins;
  /** The resolved values of their settings. */
  readonly values: readonly PlannedValue[];
  /** Secret texts of their settings, which are redacted everywhere. */
  readonly secrets: readonly string[];
  /** Returns the warnings about plugins. Called when the warnings of the plan are first read. */
  readonly warnings: () => readonly PlanWarning[];
  /** Returns all plugins, also those that are not loaded. Called when the plugins of the plan are first read. */
  readonly describe: () => readonly Omit<PlannedPlugin, 'listeners'>[];
}

/** The input of an application without plugins. */
export const NO_PLUGINS: PluginInput = {
  bindings: [],
  configurable: { settings: new Map(), incomplete: false },
  values: [],
  secrets: [],
  warnings: () => [],
  describe: () => [],
};
