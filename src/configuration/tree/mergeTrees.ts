import { isConfigMap, type ConfigMap, type ConfigNode } from './ConfigTree';

/** Says which keys at `path` the upper layer takes away from what is below it. */
export type Replaced = (path: readonly string[], lower: ConfigMap, upper: ConfigMap) => readonly string[];

/**
 * `upper` over `lower`: mappings are merged key by key, everything else (a list too) replaces what is below. A key that
 * was left empty changes nothing.
 */
export function mergeTrees(
  lower: ConfigMap,
  upper: ConfigMap,
  replaced: Replaced = () => [],
  path: readonly string[] = [],
): ConfigMap {
  const merged = new Map<string, ConfigNode>(lower);
  for (const key of replaced(path, lower, upper)) merged.delete(key);
  for (const [key, node] of upper) {
    const below = merged.get(key);
    if (isConfigMap(node)) {
      merged.set(key, mergeTrees(isConfigMap(below) ? below : new Map(), node, replaced, [...path, key]));
    } else if (node.value !== undefined || below === undefined) {
      merged.set(key, node);
    }
  }
  return merged;
}
