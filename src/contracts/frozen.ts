/**
 * Freezes plain data: an object or a list, and every one in it. Stops at what is frozen already, at bytes, which cannot be
 * frozen, and at functions. Returns the value.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
  return value;
}
