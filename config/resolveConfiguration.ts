import type { PlannedValue } from '../src/contracts/BootPlan';
import type { FrameworkConfig } from '../src/contracts/configuration';
import type { AnyClass } from '../src/contracts/metadata';
import type { Problems } from '../src/errors/Problem';
import { checkCollisions } from './checkCollisions';
import { checkKeys } from './tree/checkKeys';
import type { ConfigLayers } from './layers/ConfigLayers';
import type { ConfigMap, ConfiguredValue } from './tree/ConfigTree';
import type { ConfigurationSchema } from './ConfigurationSchema';
import { describeConfiguration } from './describeConfiguration';
import type { ListenerConfiguration } from './options/ListenerConfiguration';
import { matchEnvironment } from './layers/matchEnvironment';
import { mergeTrees } from './tree/mergeTrees';
import { resolveFramework, valuesAt } from './options/resolveFramework';
import { placeSettings } from './settings/placeSettings';
import { resolveSettings } from './settings/resolveSettings';
import { scheduleReplacement } from './options/scheduleReplacement';
import { sectionOf } from './tree/Shape';

export type { ConfiguredValue } from './tree/ConfigTree';
export type { ConfigurationSchema } from './ConfigurationSchema';
export type { ListenerConfiguration } from './options/ListenerConfiguration';

export interface ResolvedConfiguration {
  readonly framework: FrameworkConfig;
  /** Of each listener of the schema, by name. */
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
  const known = describeConfiguration(schema.listeners);
  const placed = placeSettings(schema.settings, known, problems);
  const root = sectionOf('a section of this application', known);
  checkCollisions(known, schema.listeners, problems);

  const environment = await matchEnvironment(layers.variables, root, problems);
  const replaced = scheduleReplacement(problems);
  const lowestFirst = [...layers.layers.map(({ data }) => data), environment, layers.values.data];
  const merged = lowestFirst.reduce((lower, upper) => mergeTrees(lower, upper, replaced), new Map() as ConfigMap);
  const misshapen = checkKeys(merged, root, problems);

  const { framework, values } = resolveFramework(
    merged,
    { baseDirectory: layers.baseDirectory, listeners: schema.listeners.map(({ name }) => name) },
    problems,
  );
  const { settings, values: settingsValues, secrets } = await resolveSettings(placed, merged, misshapen, problems);
  const listeners = schema.listeners.map(({ name, tasks }): [string, ListenerConfiguration] => [
    name,
    {
      options: withoutTasks(valuesAt(merged, ['listeners', name])),
      tasks: new Map(tasks.map((task) => [task, valuesAt(merged, ['listeners', name, 'tasks', task])])),
    },
  ]);
  return { framework, listeners: new Map(listeners), settings, values: [...values, ...settingsValues], secrets };
}

function withoutTasks(options: ReadonlyMap<string, ConfiguredValue>): ReadonlyMap<string, ConfiguredValue> {
  return new Map([...options].filter(([option]) => option !== 'tasks'));
}
