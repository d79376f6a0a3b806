import { type AnyClass, writeAvailableMetadata } from '../src/contracts/metadata';
import { refuseStandard } from './misuse';

/**
 * Injects an `Availability<X>` of the listener class `X` instead of X itself, into a constructor parameter or a
 * property:
 *
 * ```ts
 * constructor(@Available(SlackClient) private readonly slack: Availability<SlackClient>) {}
 * ```
 *
 * X starts first where the order allows it. A failed or disabled X does not block this class.
 */
export function Available(target: AnyClass) {
  return (owner: object, property: string | undefined, index?: number): void => {
    if (index === undefined) refuseStandard('Available', property);
    // On a constructor parameter there is an index, on a property a name.
    writeAvailableMetadata(owner, { where: index ?? (property as string), target });
  };
}
