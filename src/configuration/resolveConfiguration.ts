import type { PlannedValue } from '../contracts/BootPlan';
import type { FrameworkConfig } from '../contracts/configuration';
import type { AnyClass } from '../contracts/metadata';
import type { Problems } from '../errors/Problem';
import {
  checkCollisions,
  type ConfigurableListener,
  type ConfigurationSchema,
  describeConfiguration,
} from './describeConfiguration';
import { checkKeys } from './tree/checkKeys';
import type { ConfigLayers } from './layers/ConfigLayers';
import { isConfigMap, type ConfigMap } from './tree/ConfigTree';
import type { ListenerConfiguration } from './options/ListenerConfiguration';
import { mergeLayers } from './layers/mergeLayers';
import { resolveFramework, valuesAt } from './options/resolveFramework';
import { placeSettings } from './settings/placeSettings';
import { resolveSettings } from './settings/resolveSettings';
import { sectionOf } from './tree/Shape';

export type { ConfiguredValue } from './tree/ConfigTree';
export type { ConfigurationSchema } from './describeConfiguration';
export type { ListenerConfiguration } from './options/ListenerConfiguration';

export interface ResolvedConfiguration {
  readonly framework: FrameworkConfig;
  /** Of the listeners that something is configured for, by name. */
  readonly listeners: ReadonlyMap<string, ListenerConfiguration>;
  /** The one object of each settings class, deeply frozen. A class that could not be made is missing, with a problem. */
  readonly settings: ReadonlyMap<AnyClass, object>;
  /** Every value of the framework's sections and of settings; those of listeners are in their options. */
  readonly values: readonly PlannedValue[];
  /** The texts that must not be shown anywhere. */
  readonly secrets: readonly string[];
}

/**
 * Merges the layers over the defaults and checks the outcome against what this application knows. Everything wrong is
 * reported; what does not fit falls back to its default, so that the rest can be checked as well.
 */
export async function resolveConfiguration(
  layers: ConfigLayers,
  schema: ConfigurationSchema,
  problems: Problems,
): Promise<ResolvedConfiguration> {
  const known = describeConfiguration(schema);
  const placed = placeSettings(schema.settings, known, problems);
  const root = sectionOf('a section of this application', known);
  checkCollisions(known, schema.listeners, problems);

  const merged = mergeLayers(layers, root, problems);
  const misshapen = checkKeys(merged, root, problems);

  const { framework, values } = resolveFramework(
    merged,
    { baseDirectory: layers.baseDirectory, listeners: schema.listeners.map(({ name }) => name) },
    problems,
  );
  const { settings, values: settingsValues, secrets } = await resolveSettings(placed, merged, misshapen, problems);
  const listeners = configuredListeners(merged, schema.listeners);
  return { framework, listeners, settings, values: [...values, ...settingsValues], secrets };
}

function configuredListeners(
  merged: ConfigMap,
  known: readonly ConfigurableListener[],
): ReadonlyMap<string, ListenerConfiguration> {
  const configured = new Map<string, ListenerConfiguration>();
  const section = merged.get('listeners');
  if (!isConfigMap(section)) return configured;
  for (const { name, tasks } of known) {
    if (!section.has(name)) continue;
    const options = [...valuesAt(section, [name])].filter(([option]) => option !== 'tasks');
    configured.set(name, {
      options: new Map(options),
      tasks: new Map(tasks.map((task) => [task, valuesAt(section, [name, 'tasks', task])])),
    });
  }
  return configured;
}
