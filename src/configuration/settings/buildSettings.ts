import {
  DEFAULT_ORIGIN,
  isConfigMap,
  isPlainObject,
  toPlain,
  toTree,
  type ConfigMap,
  type ConfigNode,
  mergeTrees,
} from '../tree/ConfigTree';
import type { SettingsDescription, SettingsField } from './describeSettings';

/** A settings object, and the tree of its values with their origins, defaults included. */
export interface BuiltSettings {
  readonly instance: Record<string, unknown>;
  readonly tree: ConfigMap;
}

const BY_DEFAULT = { origin: DEFAULT_ORIGIN };

/**
 * Makes an object of a settings class: the values of its initializers, overridden by the configured ones; inner objects
 * likewise. A configured value that does not have the form of its field is not applied. The object is neither validated nor
 * frozen.
 *
 * @param atState - makes a path absolute that is relative to `state.directory`.
 * @throws what a constructor or a setter throws
 */
export function buildSettings(
  description: SettingsDescription,
  configured: ConfigMap,
  atState: (path: string) => string,
): BuiltSettings {
  const instance = description.create();
  const tree = new Map<string, ConfigNode>(mergeTrees(defaultsOf(instance, description), configured));
  for (const [name, field] of description.fields) {
    const node = tree.get(name);
    const given = field.isStatePath === true && node !== undefined && !isConfigMap(node) ? node.value : undefined;
    if (typeof given === 'string' && given !== '') {
      instance[name] = atState(given);
      continue;
    }
    if (node === undefined || (!isConfigMap(node) && node.value === undefined)) continue;
    if (field.nested === undefined) {
      instance[name] = toPlain(node);
    } else if (isConfigMap(node)) {
      if (field.form === 'list') continue;
      const inner = buildSettings(field.nested(), node, atState);
      instance[name] = inner.instance;
      tree.set(name, inner.tree);
    } else if (Array.isArray(node.value) && field.form !== 'mapping') {
      const items = (node.value as unknown[]).filter(isPlainObject);
      instance[name] = items.map((item) => buildSettings(itemOf(field), toTree(item, node), atState).instance);
    }
  }
  return { instance, tree };
}

function itemOf(field: SettingsField): SettingsDescription {
  if (field.nested === undefined) throw new TypeError('only a nested field has items');
  return field.nested();
}

/** The values of the initializers, as the lowest layer. Plain data is copied, so that freezing it freezes no other object. */
function defaultsOf(instance: object, { fields }: SettingsDescription): ConfigMap {
  const tree = new Map<string, ConfigNode>();
  for (const [name, field] of fields) {
    const value = (instance as Record<string, unknown>)[name];
    if (value === undefined || value === null) continue;
    tree.set(name, defaultOf(value, field));
  }
  return tree;
}

function defaultOf(value: NonNullable<unknown>, { nested }: SettingsField): ConfigNode {
  if (nested !== undefined && Array.isArray(value)) {
    const items = (value as object[]).map((item) => toPlain(defaultsOf(item, nested())));
    return { ...BY_DEFAULT, value: items };
  }
  if (nested !== undefined && typeof value === 'object') return defaultsOf(value, nested());
  const copy = copyPlain(value);
  return isPlainObject(copy) ? toTree(copy, BY_DEFAULT) : { ...BY_DEFAULT, value: copy };
}

function copyPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyPlain);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]: [string, unknown]) => [key, copyPlain(child)]));
}
