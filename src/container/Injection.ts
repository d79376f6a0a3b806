import type { LazyServiceIdentifier, ServiceIdentifier } from 'inversify';

import type { AnyClass } from '../contracts/metadata';

/** The kind of place that asks for an injection. */
export type InjectionPlace = 'constructor' | 'property' | 'factory';

/** A request to the container, by a constructor parameter, a property or a factory that declares its needs. */
export interface Injection {
  readonly kind: 'inject';
  readonly place: InjectionPlace;
  readonly id: ServiceIdentifier | LazyServiceIdentifier;
  /** True for `@optional()`: no binding is no error. */
  readonly optional: boolean;
  /** True for `@multiInject()`: every binding of the identifier, as an array. */
  readonly multiple: boolean;
  /** True if bindings of parent containers are included. */
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

/** The value that a parameter or property gets: a service, an availability, or nothing, which leaves its own default. */
export type Source = Injection | AvailabilityInjection | { readonly kind: 'nothing' };

export const NO_TAGS: ReadonlyMap<never, never> = new Map<never, never>();

/** Makes an injection that has nothing but an identifier. */
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

/** True if an injection asks for one service by nothing but its identifier. */
export const isSingleInjection = ({ multiple, name, tags }: Injection): boolean =>
  !multiple && name === undefined && tags.size === 0;

/** True if an injection has nothing but an identifier. */
export const isPlainInjection = (injection: Injection): boolean => !injection.optional && isSingleInjection(injection);
