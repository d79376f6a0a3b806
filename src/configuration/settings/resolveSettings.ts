import type { PlannedValue } from '../../contracts/BootPlan';
import type { AnyClass } from '../../contracts/metadata';
import { type Problems, showValue } from '../../errors/Problem';
import { deepFreeze } from '../../contracts/frozen';
import { buildSettings } from './buildSettings';
import {
  isConfigMap,
  type ConfigMap,
  DEFAULT_ORIGIN,
  isPlainObject,
  mapAt,
  originOf,
  type ConfigNode,
} from '../tree/ConfigTree';
import type { PlacedSettings } from './placeSettings';
import { reportBrokenSettings, validateSettings, validateSettingsNow } from './validateSettings';
import { REDACTED } from '../../errors/foreign';
import { secretsOf } from './secrets';
import type { ConfigLayers, ConfigPlaces } from '../layers/ConfigLayers';
import { mergeLayers } from '../layers/mergeLayers';
import { checkKeys } from '../tree/checkKeys';
import { sectionOf, type SectionShape } from '../tree/Shape';
import { settingsDescriber, type SettingsDescription, type SettingsField } from './describeSettings';

export interface ResolvedSettings {
  readonly settings: ReadonlyMap<AnyClass, object>;
  readonly values: readonly PlannedValue[];
  readonly secrets: readonly string[];
}

/** Makes, validates and freezes the object of each settings class. Every problem of every class is reported. */
export async function resolveSettings(
  placed: readonly PlacedSettings[],
  merged: ConfigMap,
  misshapen: ReadonlySet<string>,
  atState: (path: string) => string,
  places: ConfigPlaces,
  problems: Problems,
): Promise<ResolvedSettings> {
  const settings = new Map<AnyClass, object>();
  const values: PlannedValue[] = [];
  const secrets: string[] = [];
  for (const { key, description } of placed) {
    try {
      const { instance, tree } = buildSettings(description, mapAt(merged, key.split('.')), atState);
      secrets.push(...secretsOf(description, instance, tree));
      values.push(...planSettings(description, tree, key, atState));
      settings.set(description.type, instance);
      const made = { description, instance, path: key, origins: tree, secret: false, places };
      await validateSettings(made, misshapen, problems);
      deepFreeze(instance);
    } catch (error) {
      reportBrokenSettings(description.type, error, problems);
    }
  }
  return { settings, values, secrets };
}

/** The settings of one plugin. */
export interface ResolvedPluginSettings<T extends object> {
  readonly instance: T;
  readonly values: readonly PlannedValue[];
  readonly secrets: readonly string[];
  /** Runs the asynchronous validators as well, and adds what they object to. */
  readonly complete: (problems: Problems) => Promise<void>;
}

/**
 * Merges `plugins.settings.<plugin>` and makes the object of the plugin's settings class from it: validated by every
 * synchronous validator, and deeply frozen. Everything wrong goes to `problems`.
 *
 * @returns `undefined` when the class throws.
 */
export function resolvePluginSettings<T extends object>(
  layers: ConfigLayers,
  plugin: string,
  type: new () => T,
  atState: (path: string) => string,
  problems: Problems,
): ResolvedPluginSettings<T> | undefined {
  const path = `plugins.settings.${plugin}`;
  try {
    const description = settingsDescriber(problems)(type);
    const part = partAt(path, description.shape);
    const merged = mergeLayers(layers, part, problems);
    const misshapen = checkKeys(merged, part, problems);
    const { instance, tree } = buildSettings(description, mapAt(merged, path.split('.')), atState);
    const settings = { description, instance, path, origins: tree, secret: false, places: layers.places };
    validateSettingsNow(settings, misshapen, problems);
    deepFreeze(instance);
    return {
      instance: instance as T,
      values: planSettings(description, tree, path, atState),
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

/** A configuration of which only the section at `path` is known: everything else belongs to another part. */
const partAt = (path: string, shape: SectionShape): SectionShape =>
  path
    .split('.')
    .reverse()
    .reduce<SectionShape>(
      (inner, key) => ({ ...sectionOf('a key', new Map([[key, inner]])), others: 'elsewhere' }),
      shape,
    );

/** Lists every value of a settings class with its path and origin, as plain JSON, secrets redacted. */
function planSettings(
  { fields }: SettingsDescription,
  tree: ConfigMap,
  path: string,
  atState: (path: string) => string,
): readonly PlannedValue[] {
  return [...fields].flatMap(([name, field]) => {
    const node = tree.get(name);
    return node === undefined ? [] : planField(node, field, `${path}.${name}`, atState);
  });
}

function planField(
  node: ConfigNode,
  { secret, nested, isStatePath }: SettingsField,
  path: string,
  atState: (path: string) => string,
): readonly PlannedValue[] {
  if (secret) return [{ path, value: REDACTED, origin: originOf(node) ?? DEFAULT_ORIGIN }];
  if (isConfigMap(node))
    return nested === undefined ? planFree(node, path) : planSettings(nested(), node, path, atState);
  if (node.value === undefined) return [];
  if (node.secret === true) return [{ path, value: REDACTED, origin: node.origin }];
  const value = nested === undefined ? node.value : redactItems(node.value, nested());
  const file = isStatePath === true && typeof value === 'string' && value !== '' ? { file: atState(value) } : {};
  return [{ path, value: asJson(value), origin: node.origin, ...file }];
}

function planFree(map: ConfigMap, path: string): readonly PlannedValue[] {
  return [...map].flatMap(([key, node]) => {
    const below = `${path}.${key}`;
    if (isConfigMap(node)) return planFree(node, below);
    if (node.value === undefined) return [];
    return [{ path: below, value: node.secret === true ? REDACTED : asJson(node.value), origin: node.origin }];
  });
}

function redactItems(value: unknown, description: SettingsDescription): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => redactItems(item, description));
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).map(([name, child]: [string, unknown]) => {
    const field = description.fields.get(name);
    if (field?.secret === true) return [name, REDACTED] as const;
    return [name, field?.nested === undefined ? child : redactItems(child, field.nested())] as const;
  });
  return Object.fromEntries(entries);
}

function asJson(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(asJson);
  if (!isPlainObject(value)) return showValue(value);
  return Object.fromEntries(Object.entries(value).map(([key, child]: [string, unknown]) => [key, asJson(child)]));
}
