import type { PlannedValue } from '../../contracts/BootPlan';
import { Problems } from '../../errors/Problem';
import type { ConfigLayers } from '../layers/ConfigLayers';
import { mergeLayers } from '../layers/mergeLayers';
import { checkKeys } from '../tree/checkKeys';
import { type ConfigMap, isConfigMap } from '../tree/ConfigTree';
import { sectionOf, type SectionShape, type Shape } from '../tree/Shape';
import { buildSettings } from './buildSettings';
import { deepFreeze } from './deepFreeze';
import { settingsDescriber } from './describeSettings';
import { planSettings } from './planSettings';
import { reportBrokenSettings } from './reportBrokenSettings';
import { secretsOf } from './secretsOf';
import { validateSettings, validateSettingsNow } from './validateSettings';

/** The settings of one plugin. */
export interface ResolvedPluginSettings<T extends object> {
  readonly instance: T;
  readonly shape: Shape;
  readonly values: readonly PlannedValue[];
  readonly secrets: readonly string[];
  /** Asks the validators that answer later. What is wrong goes to the problems. */
  readonly complete: (problems: Problems) => Promise<void>;
}

/**
 * The object of a plugin's settings class, from what is configured under `plugins.settings.<plugin>`: validated, as far as
 * validators answer at once, and deeply frozen. Everything wrong goes to `problems`.
 *
 * @returns `undefined` when the class throws.
 */
export function resolvePluginSettings<T extends object>(
  layers: ConfigLayers,
  plugin: string,
  type: new () => T,
  problems: Problems,
): ResolvedPluginSettings<T> | undefined {
  const path = `plugins.settings.${plugin}`;
  try {
    const description = settingsDescriber(problems)(type);
    const root = sectionsAt(path, description.shape);
    // What is wrong elsewhere is the application's, and is reported with it.
    const merged = mergeLayers(layers, root, new Problems());
    const configured = below(merged, path);
    const misshapen = checkKeys(nested(path, configured), root, problems);
    const { instance, tree } = buildSettings(description, configured);
    const settings = { description, instance, path, origins: tree, secret: false };
    validateSettingsNow(settings, misshapen, problems);
    deepFreeze(instance);
    return {
      instance: instance as T,
      shape: description.shape,
      values: planSettings(description, tree, path),
      secrets: secretsOf(description, instance, tree),
      complete: async (late) => {
        try {
          await validateSettings(settings, misshapen, late);
        } catch (error) {
          reportBrokenSettings(type, error, late);
        }
      },
    };
  } catch (error) {
    reportBrokenSettings(type, error, problems);
    return undefined;
  }
}

const sectionsAt = (path: string, shape: Shape): SectionShape =>
  path
    .split('.')
    .reverse()
    .reduce<Shape>((inner, key) => sectionOf('a key', new Map([[key, inner]])), shape) as SectionShape;

const below = (map: ConfigMap, path: string): ConfigMap =>
  path.split('.').reduce<ConfigMap>((reached, key) => {
    const next = reached.get(key);
    return isConfigMap(next) ? next : new Map();
  }, map);

const nested = (path: string, map: ConfigMap): ConfigMap =>
  path
    .split('.')
    .reverse()
    .reduce<ConfigMap>((inner, key) => new Map([[key, inner]]), map);
