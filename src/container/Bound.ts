import type { ServiceIdentifier } from 'inversify';

import type { BindingOrigin } from '../contracts/DiscoveredListener';
import type { Class } from './Class';
import type { Source } from './Injection';
import type { BindingScope, ConstraintQuery } from './inversifyInternals';

/**
 * One binding, as planning sees it. `opaque`: a function decides at run time what it needs, so that nobody can say it
 * beforehand. `value`: it is there already. `alias`: another identifier's bindings.
 */
export type BoundKind = 'class' | 'factory' | 'opaque' | 'value' | 'alias';

export interface Bound {
  readonly bindingId: number;
  readonly kind: BoundKind;
  readonly id: ServiceIdentifier;
  /** The class's name, or else the identifier's. */
  readonly label: string;
  /** Where it was bound. */
  readonly origin: BindingOrigin;
  readonly scope: BindingScope;
  readonly implementation?: Class;
  /** What its constructor and properties, or its declared factory, ask for. */
  readonly sources: readonly Source[];
  readonly aliasOf?: ServiceIdentifier;
  readonly isSatisfiedBy: (query: ConstraintQuery) => boolean;
}
