import { type AnyClass, writeAvailableMetadata } from '../src/contracts/metadata';

/**
 * Injects an `Availability<X>` of the listener `X` instead of X: on a constructor parameter or a property. `X` goes first
 * where it can, and whatever becomes of it does not block this class.
 */
export function Available(target: AnyClass) {
  return (owner: object, property: string | undefined, index?: number): void => {
    writeAvailableMetadata(owner, { where: index ?? (property as string), target });
  };
}
