/** A configured value, and where it comes from. The value `undefined` stands for a key that was left empty. */
export interface ConfiguredValue {
  readonly value: unknown;
  readonly origin: string;
  /** It was read from the file of a `…_FILE` variable: never shown. */
  readonly secret?: boolean;
}

/** The origin of what an initializer gives, or the framework. */
export const DEFAULT_ORIGIN = 'default';

/** Mappings are `Map`s, so that no key of an operator ever becomes a property of an object of ours. */
export type ConfigMap = ReadonlyMap<string, ConfigNode>;
export type ConfigNode = ConfiguredValue | ConfigMap;

/** What is built while a layer is read. */
export type GrowingMap = Map<string, ConfigNode>;

export function isConfigMap(node: ConfigNode | undefined): node is ConfigMap {
  return node instanceof Map;
}

/** The origin of a value; of a mapping, that of its first value that is no default. An empty mapping has none. */
export function originOf(node: ConfigNode): string | undefined {
  if (!isConfigMap(node)) return node.origin;
  const origins = [...node.values()].map(originOf);
  return origins.find((origin) => origin !== undefined && origin !== DEFAULT_ORIGIN) ?? origins[0];
}

/** A node as plain data. Keys that were left empty are left out. */
export function toPlain(node: ConfigNode): unknown {
  if (!isConfigMap(node)) return node.value;
  const entries = [...node].map(([key, child]) => [key, toPlain(child)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Plain data as a tree; the reverse of {@link toPlain}. */
export function toTree(data: object, from: Omit<ConfiguredValue, 'value'>): ConfigMap {
  return new Map(
    Object.entries(data).map(([key, value]: [string, unknown]) => [
      key,
      isPlainObject(value) ? toTree(value, from) : { ...from, value },
    ]),
  );
}

/** An object literal, of whatever realm. */
export function isPlainObject(value: unknown): value is object {
  if (Object.prototype.toString.call(value) !== '[object Object]') return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
