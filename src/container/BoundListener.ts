import type { ListenerMetadata } from '../contracts/metadata';
import type { Bound } from './Bound';
import type { Class } from './Class';

/** A listener as it is bound. */
export interface BoundListener {
  /** The class that is decorated. */
  readonly target: Class;
  readonly metadata: ListenerMetadata;
  /** The binding that gives the instance: that of the class, or an override's. */
  readonly bound: Bound;
  /** Where it was given: `listeners[2]`, `modules[0]`. */
  readonly origin: string;
  /** The plugin that brought it. */
  readonly pluginName?: string;
  /** Where its hooks are found before there is an instance: a prototype, or the object that overrides it. */
  readonly hooks: object;
}
