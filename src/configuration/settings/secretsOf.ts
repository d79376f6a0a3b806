import { isConfigMap, toPlain, type ConfigMap } from '../tree/ConfigTree';
import type { SettingsDescription } from './describeSettings';

/** The texts that must never be shown: of secret fields, and of what was read from the file of a `…_FILE` variable. */
export function secretsOf(description: SettingsDescription, instance: object, tree: ConfigMap): readonly string[] {
  return [...secretsOfFields(description, instance), ...secretsOfFiles(tree)];
}

function secretsOfFields({ fields }: SettingsDescription, instance: object): readonly string[] {
  return [...fields].flatMap(([name, { secret, nested }]) => {
    const value = (instance as Record<string, unknown>)[name];
    if (secret) return textsIn(value);
    if (nested === undefined || typeof value !== 'object' || value === null) return [];
    return (Array.isArray(value) ? (value as object[]) : [value]).flatMap((item) => secretsOfFields(nested(), item));
  });
}

function secretsOfFiles(tree: ConfigMap): readonly string[] {
  return [...tree.values()].flatMap((node) => {
    if (isConfigMap(node)) return secretsOfFiles(node);
    return node.secret === true ? textsIn(toPlain(node)) : [];
  });
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
