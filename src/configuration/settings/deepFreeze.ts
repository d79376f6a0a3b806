/** Freezes an object and everything in it. */
export function deepFreeze(value: unknown): void {
  // The contents of a buffer cannot be frozen.
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
}
