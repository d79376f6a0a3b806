/** The door of the configuration: other folders of `src` import this file and nothing behind it. */
export type { ConfigurablePlugins } from './describeConfiguration';
export type { ConfigLayer, ConfigLayers } from './layers/ConfigLayers';
export { loadLayers } from './layers/loadLayers';
export {
  findInstalled,
  hasInstalled,
  hostPackage,
  installedDependencies,
  nearestPackage,
  type PackageJson,
  readPackageJson,
} from './layers/packages';
export { defineListener } from './options/defineListener';
export { RESERVED_SECTIONS, type ResolvedFramework, resolveFramework } from './options/framework';
export { DAEMON_DECORATOR_RULES, PERIODIC_TASK_RULES } from './options/optionTable';
export { readDecorator } from './options/readOptions';
export { type ResolvedConfiguration, resolveConfiguration } from './resolveConfiguration';
export { IsDuration, type IsDurationOptions } from './settings/classValidator';
export { type ResolvedPluginSettings, resolvePluginSettings } from './settings/resolveSettings';
export { readText } from './layers/readText';
export { createRedactor } from './settings/secrets';
export { operatorVariables } from './operatorVariables';
export { stateDirectory } from './stateDirectory';
export { type SupervisorVariables, supervisorVariables } from './supervisorVariables';
export { isForbiddenKey } from './tree/buildTree';
export { toTree } from './tree/ConfigTree';
export { isName, listenerName, taskName } from './tree/names';
