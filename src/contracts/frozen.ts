/** Plain data that is still being made: its properties can be set. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Freezes plain data: an object or a list, and every one in it. Stops at what is frozen already, at bytes, which cannot be
 * frozen, at functions, and at properties that are computed when they are read. Returns the value.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  for (const key of Object.keys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property !== undefined && 'value' in property) deepFreeze<unknown>(property.value);
  }
  return value;
}
