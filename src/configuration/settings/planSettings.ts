import type { PlannedValue } from '../../contracts/BootPlan';
import {
  DEFAULT_ORIGIN,
  isConfigMap,
  isPlainObject,
  originOf,
  type ConfigMap,
  type ConfigNode,
} from '../tree/ConfigTree';
import { REDACTED } from './createRedactor';
import type { SettingsDescription, SettingsField } from './describeSettings';
import { showValue } from '../options/rules';

/** Every value of a settings class with its path and origin, secrets redacted. Plain JSON. */
export function planSettings({ fields }: SettingsDescription, tree: ConfigMap, path: string): readonly PlannedValue[] {
  return [...fields].flatMap(([name, field]) => {
    const node = tree.get(name);
    return node === undefined ? [] : planField(node, field, `${path}.${name}`);
  });
}

function planField(node: ConfigNode, { secret, nested }: SettingsField, path: string): readonly PlannedValue[] {
  if (secret) return [{ path, value: REDACTED, origin: originOf(node) ?? DEFAULT_ORIGIN }];
  if (isConfigMap(node)) return nested === undefined ? planFree(node, path) : planSettings(nested(), node, path);
  if (node.value === undefined) return [];
  if (node.secret === true) return [{ path, value: REDACTED, origin: node.origin }];
  const value = nested === undefined ? node.value : redactItems(node.value, nested());
  return [{ path, value: asJson(value), origin: node.origin }];
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
