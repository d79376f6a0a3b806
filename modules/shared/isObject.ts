/** An object of unknown fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** True for an object of JSON: neither null nor a list. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
