import type { BindingOrigin } from '../contracts/DiscoveredListener';
import type { Class } from './Class';
import type { InversifyBinding } from './inversifyInternals';
import type { ClassReading } from './readClass';

/** What the framework notes of a binding while it is made. */
export interface BindingNote {
  /** Where it was made. */
  readonly origin: BindingOrigin;
  /** The class that is constructed, where the binding names one. */
  readonly implementation?: Class;
  readonly reading?: ClassReading;
  /** Set when everything is bound. */
  binding?: InversifyBinding;
  /** A listener is stopped by the coordinator; a service is disposed by the container. */
  role: 'service' | 'listener';
}
