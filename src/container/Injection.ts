import type { LazyServiceIdentifier, ServiceIdentifier } from 'inversify';

import type { AnyClass } from '../contracts/metadata';

export type InjectionPlace = 'constructor' | 'property' | 'factory';

/** What is asked of the container: by a constructor parameter, a property, or a factory that declares what it needs. */
export interface Injection {
  readonly kind: 'inject';
  readonly place: InjectionPlace;
  readonly id: ServiceIdentifier | LazyServiceIdentifier;
  readonly optional: boolean;
  /** Every binding of the identifier, as an array. */
  readonly multiple: boolean;
  readonly chained: boolean;
  readonly name: string | number | symbol | undefined;
  readonly tags: ReadonlyMap<string | number | symbol, unknown>;
}

/** An `@Available` parameter or property. */
export interface AvailabilityInjection {
  readonly kind: 'available';
  readonly place: InjectionPlace;
  readonly target: AnyClass;
}

/** What a parameter or property is given: a service, an availability, or nothing, so that its own default holds. */
export type Source = Injection | AvailabilityInjection | { readonly kind: 'nothing' };

export const NO_TAGS: ReadonlyMap<never, never> = new Map<never, never>();

/** An injection by nothing but its identifier. */
export const plainInjection = (id: ServiceIdentifier, place: InjectionPlace): Injection => ({
  kind: 'inject',
  place,
  id,
  optional: false,
  multiple: false,
  chained: false,
  name: undefined,
  tags: NO_TAGS,
});
