import type { ServiceIdentifier } from 'inversify';

/** A binding to replace, and what with. */
export type Override<T = unknown> = readonly [ServiceIdentifier<T>, T | (new (...args: never[]) => T)];

/**
 * Replaces every binding of `id` before anything is constructed: by the object, or by a singleton of the class.
 * `createTestApplication` refuses one that replaces nothing.
 */
export function override<T>(id: ServiceIdentifier<T>, replacement: T | (new (...args: never[]) => T)): Override<T> {
  return [id, replacement];
}
