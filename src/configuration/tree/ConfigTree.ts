import { DEFAULT_ORIGIN } from '../../contracts/BootPlan';
import type { Problems } from '../../errors/Problem';

/** A configured value and its origin. The value is `undefined` for a key that was left empty. */
export interface ConfiguredValue {
  readonly value: unknown;
  readonly origin: string;
  /** True for a value that was read from the file of a `…_FILE` variable: it is never shown. */
  readonly secret?: boolean;
}

export { DEFAULT_ORIGIN };

/** A mapping of the configuration. It is a `Map`, so that a configured key never becomes a property of an object. */
export type ConfigMap = ReadonlyMap<string, ConfigNode>;
export type ConfigNode = ConfiguredValue | ConfigMap;

/** A mapping that is still being built. */
export type GrowingMap = Map<string, ConfigNode>;

export function isConfigMap(node: ConfigNode | undefined): node is ConfigMap {
  return node instanceof Map;
}

/** The origin of a value. A mapping has the origin of its first value that is not a default; an empty one has none. */
export function originOf(node: ConfigNode): string | undefined {
  if (!isConfigMap(node)) return node.origin;
  const origins = [...node.values()].map(originOf);
  return origins.find((origin) => origin !== undefined && origin !== DEFAULT_ORIGIN) ?? origins[0];
}

/** Converts a node to plain data. Keys that were left empty are left out. */
export function toPlain(node: ConfigNode): unknown {
  if (!isConfigMap(node)) return node.value;
  const entries = [...node].map(([key, child]) => [key, toPlain(child)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** The mapping at a path; an empty one where there is none. */
export function mapAt(map: ConfigMap, path: readonly string[]): ConfigMap {
  return path.reduce<ConfigMap>((reached, key) => {
    const below = reached.get(key);
    return isConfigMap(below) ? below : new Map();
  }, map);
}

/** The values directly below a path, mappings as plain data. */
export function valuesAt(map: ConfigMap, path: readonly string[]): ReadonlyMap<string, ConfiguredValue> {
  return new Map(
    [...mapAt(map, path)].map(([key, node]) => [
      key,
      isConfigMap(node)
        ? { value: toPlain(node), origin: originOf(node) ?? DEFAULT_ORIGIN, ...(holdsSecret(node) && { secret: true }) }
        : node,
    ]),
  );
}

/** True if there is a value in it that must not be shown. */
const holdsSecret = (node: ConfigNode): boolean =>
  isConfigMap(node) ? [...node.values()].some(holdsSecret) : node.secret === true;

/** Converts plain data to a tree; the reverse of {@link toPlain}. */
export function toTree(data: object, from: Omit<ConfiguredValue, 'value'>): ConfigMap {
  return new Map(
    Object.entries(data).map(([key, value]: [string, unknown]) => [
      key,
      isPlainObject(value) ? toTree(value, from) : { ...from, value },
    ]),
  );
}

/** True for an object literal, of any realm. */
export function isPlainObject(value: unknown): value is object {
  if (Object.prototype.toString.call(value) !== '[object Object]') return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Returns the keys at `path` that the lower layer loses because of the upper one. */
export type Replaced = (path: readonly string[], lower: ConfigMap, upper: ConfigMap) => readonly string[];

/**
 * Merges `upper` over `lower`: mappings key by key; any other value, lists included, replaces the lower one. A key that was
 * left empty changes nothing.
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

/** Adds `node` to a layer at `path`. A value that the layer has there already is reported. */
export function insertNode(root: GrowingMap, path: readonly string[], node: ConfigNode, problems: Problems): void {
  let map = root;
  path.slice(0, -1).forEach((key, index) => {
    const next = map.get(key);
    if (next !== undefined && !isConfigMap(next) && next.value !== undefined) {
      reportTwice(path.slice(0, index + 1), next, node, problems);
    }
    const child = isConfigMap(next) ? (next as GrowingMap) : new Map<string, ConfigNode>();
    map.set(key, child);
    map = child;
  });
  const last = path.at(-1) ?? '';
  const existing = map.get(last);
  if (existing === undefined || (!isConfigMap(existing) && existing.value === undefined)) {
    map.set(last, node);
  } else if (isConfigMap(existing) && isConfigMap(node)) {
    for (const [key, child] of node) insertNode(root, [...path, key], child, problems);
  } else {
    reportTwice(path, existing, node, problems);
  }
}

function reportTwice(path: readonly string[], first: ConfigNode, second: ConfigNode, problems: Problems): void {
  problems.add('CONFIG_CONFLICT', {
    what: `"${path.join('.')}" is given twice in one layer of the configuration.`,
    facts: { first: originOf(first), second: originOf(second) },
    fix: 'keep one of them.',
  });
}
