import { resolve } from 'node:path';

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
import type { ConfigLayers } from './layers/ConfigLayers';
import { mergeLayers } from './layers/mergeLayers';
import { declaredSections } from './layers/packages';
import { type ResolvedFramework, resolveLevels } from './options/framework';
import type { ListenerConfiguration } from './options/readOptions';
import { placeSettings } from './settings/placeSettings';
import { resolveSettings } from './settings/resolveSettings';
import { checkKeys } from './tree/checkKeys';
import { type ConfigMap, mapAt, valuesAt } from './tree/ConfigTree';
import { sectionOf, type SectionShape } from './tree/Shape';

export interface ResolvedConfiguration {
  readonly framework: FrameworkConfig;
  /** The listeners for which something is configured, by name. */
  readonly listeners: ReadonlyMap<string, ListenerConfiguration>;
  /** The one object of each settings class, deeply frozen. A class that could not be made is missing, with a problem. */
  readonly settings: ReadonlyMap<AnyClass, object>;
  /** Every value of the framework's sections and of settings; those of listeners are in their options. */
  readonly values: readonly PlannedValue[];
  /** The texts that must not be shown anywhere. */
  readonly secrets: readonly string[];
}

/**
 * Merges what the framework's sections leave: the options of listeners and their log levels, and settings. The outcome is
 * checked against what the application knows. Everything wrong is reported; a value that is not valid falls back to its
 * default, so that the rest can be checked as well.
 *
 * @param resolved - the framework's sections, which {@link resolveFramework} has merged already.
 */
export async function resolveConfiguration(
  layers: ConfigLayers,
  { framework, values: frameworkValues }: ResolvedFramework,
  schema: ConfigurationSchema,
  problems: Problems,
): Promise<ResolvedConfiguration> {
  const known = describeConfiguration(schema);
  const placed = placeSettings(schema, known, problems);
  let unloaded: ReadonlyMap<string, string> | undefined;
  const root: SectionShape = {
    ...sectionOf('a section of this application', known),
    others: schema.mayHaveOtherSettings === true ? 'ignored' : 'unknown',
    // Read when there is an unknown section to report, so that it costs nothing otherwise.
    unloaded: () => (unloaded ??= declaredSections(layers.baseDirectory())),
  };
  checkCollisions(known, schema.listeners, problems);

  const merged = mergeLayers(layers, root, problems);
  const misshapen = checkKeys(merged, root, problems);

  const names = schema.listeners.map(({ name }) => name);
  const { levels, values: levelValues } = resolveLevels(merged, names, problems);
  const {
    settings,
    values: settingsValues,
    secrets,
  } = await resolveSettings(
    placed,
    merged,
    misshapen,
    (path) => resolve(framework.state.directory, path),
    layers.places,
    problems,
  );
  return {
    framework: { ...framework, logging: { ...framework.logging, levels } },
    listeners: configuredListeners(mapAt(merged, ['listeners']), schema.listeners),
    settings,
    values: [...frameworkValues, ...levelValues, ...settingsValues],
    secrets,
  };
}

function configuredListeners(
  section: ConfigMap,
  known: readonly ConfigurableListener[],
): ReadonlyMap<string, ListenerConfiguration> {
  const configured = new Map<string, ListenerConfiguration>();
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
