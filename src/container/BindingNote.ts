import type { Class } from './Class';
import type { InversifyBinding } from './inversifyInternals';
import type { ClassReading } from './readClass';

/** What the framework notes of a binding while it is made. */
export interface BindingNote {
  /** Where it was made: `listeners[2]`, `services[0]`, `modules[1]`, `overrides[0]`. */
  readonly origin: string;
  /** The plugin that made it. */
  pluginName?: string;
  /** The class that is constructed, where the binding names one. */
  readonly implementation?: Class;
  readonly reading?: ClassReading;
  /** Set when everything is bound. */
  binding?: InversifyBinding;
  /** A listener is stopped by the coordinator; a service is disposed by the container. */
  role: 'service' | 'listener';
}
