import type { ServiceIdentifier } from 'inversify';

/** What may stand for a `T`: an object with its public members, or a class of such objects. */
export type Replacement<T> = PublicOf<T> | (new (...args: never[]) => PublicOf<T>);

/** A fake need not share what is private. */
type PublicOf<T> = T extends (...args: never[]) => unknown ? T : T extends object ? { [K in keyof T]: T[K] } : T;

/** A binding to replace, and what with. */
export type Override<T = unknown> = readonly [id: ServiceIdentifier<T>, replacement: Replacement<NoInfer<T>>];

/**
 * Replaces every binding of `id` before anything is constructed: by the object, or by a singleton of the class. What does
 * not have the public members of what it replaces does not compile. `createTestApplication` refuses one that replaces
 * nothing, and a second one of the same identifier.
 */
export function override<T>(id: ServiceIdentifier<T>, replacement: Replacement<NoInfer<T>>): Override<T> {
  return [id, replacement];
}
