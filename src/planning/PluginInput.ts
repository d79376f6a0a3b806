import type { ConfigurablePlugins } from '../configuration/describeConfiguration';
import type { PluginBindings } from '../container/bindPlugin';
import type { PlannedPlugin, PlannedValue, PlanWarning } from '../contracts/BootPlan';

/** The plugins of an application, as far as planning is concerned. */
export interface PluginInput {
  /** Of those that are loaded, by priority. */
  readonly bindings: readonly PluginBindings[];
  readonly configurable: ConfigurablePlugins;
  /** Of their settings. */
  readonly values: readonly PlannedValue[];
  /** The texts that must not be shown anywhere. */
  readonly secrets: readonly string[];
  /** All plugins. Asked when the plan is looked at. */
  /** Asked when the plan is looked at, as `describe`. */
  readonly warnings: () => readonly PlanWarning[];
  readonly describe: () => readonly Omit<PlannedPlugin, 'listeners'>[];
}

export const NO_PLUGINS: PluginInput = {
  bindings: [],
  configurable: { settings: new Map(), incomplete: false },
  values: [],
  secrets: [],
  warnings: () => [],
  describe: () => [],
};
