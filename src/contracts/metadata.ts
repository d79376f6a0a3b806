import 'reflect-metadata';

import type { BackgroundDaemonOptions, ListenerOptions, PeriodicTaskOptions } from './options';

/** Any class, also an abstract one. */
export type AnyClass = abstract new (...args: never[]) => object;

/** The record of `@BackgroundDaemon` or `@Listener`: the options as the author gave them, unchecked, and where. */
export type ListenerMetadata =
  | { readonly kind: 'daemon'; readonly options: BackgroundDaemonOptions; readonly location: () => string | undefined }
  | { readonly kind: 'listener'; readonly options: ListenerOptions; readonly location: () => string | undefined };

/** The record of `@PeriodicTask` on one method: the options as the author gave them, unchecked. */
export interface TaskMetadata {
  readonly method: string;
  readonly options: PeriodicTaskOptions;
}

/** The record of `@Available` on one constructor parameter or property. */
export interface AvailableMetadata {
  /** The index of the parameter, or the name of the property. */
  readonly where: number | string;
  /** The listener's class. Undefined at run time if it was imported in a circle. */
  readonly target: AnyClass;
}

/** The record of `@Settings` on a class. */
export interface SettingsMetadata {
  /** The dotted path of its values in the configuration. */
  readonly key: string;
}

/** The record of `@Nested` and `@Secret` on one field of a settings class. */
export interface FieldMetadata {
  /** Returns the class of the object in this field. */
  readonly nested?: () => AnyClass;
  /** True if the value is redacted everywhere. */
  readonly secret?: boolean;
}

// Two copies of the framework in one process see each other's metadata through the global symbols, and can report it.
const LISTENER = Symbol.for('daemonry:listener');
const TASKS = Symbol.for('daemonry:tasks');
const AVAILABLE = Symbol.for('daemonry:available');
const SETTINGS = Symbol.for('daemonry:settings');
const FIELDS = Symbol.for('daemonry:fields');

const own = <T>(key: symbol, target: object): T | undefined => Reflect.getOwnMetadata(key, target) as T | undefined;
const prototypeOf = (target: AnyClass): object => target.prototype as object;

/** Returns the record of a listener's decorator on the class itself; undefined if only a base is decorated. */
export const listenerMetadata = (target: AnyClass): ListenerMetadata | undefined => own(LISTENER, target);
/** Returns the record of `@Settings` on the class itself, or undefined. */
export const settingsMetadata = (target: AnyClass): SettingsMetadata | undefined => own(SETTINGS, target);

/** Returns the `@PeriodicTask` methods of a class and its bases, bases first. The decorator of an overriding method wins. */
export function taskMetadata(target: AnyClass): readonly TaskMetadata[] {
  const declared = prototypeChain(target).flatMap((prototype) => own<TaskMetadata[]>(TASKS, prototype) ?? []);
  return declared.length === 0 ? declared : [...new Map(declared.map((task) => [task.method, task])).values()];
}

/** Returns the `@Available` records of the class itself: of its constructor parameters and its own properties. */
export function availableMetadata(target: AnyClass): readonly AvailableMetadata[] {
  const parameters = own<AvailableMetadata[]>(AVAILABLE, target) ?? [];
  const properties = own<AvailableMetadata[]>(AVAILABLE, prototypeOf(target));
  return properties === undefined ? parameters : [...parameters, ...properties];
}

/** Returns the decorated fields of a settings class and its bases, by name. */
export function fieldMetadata(target: AnyClass): ReadonlyMap<string, FieldMetadata> {
  const fields = new Map<string, FieldMetadata>();
  for (const prototype of prototypeChain(target)) {
    for (const [name, field] of own<Map<string, FieldMetadata>>(FIELDS, prototype) ?? []) {
      fields.set(name, { ...fields.get(name), ...field });
    }
  }
  return fields;
}

/** Records a listener's decorator on a class. */
export function writeListenerMetadata(target: AnyClass, metadata: ListenerMetadata): void {
  Reflect.defineMetadata(LISTENER, metadata, target);
}

/** Records `@Settings` on a class. */
export function writeSettingsMetadata(target: AnyClass, metadata: SettingsMetadata): void {
  Reflect.defineMetadata(SETTINGS, metadata, target);
}

/** Adds a `@PeriodicTask` to the prototype of a class. */
export function writeTaskMetadata(prototype: object, task: TaskMetadata): void {
  Reflect.defineMetadata(TASKS, [...(own<TaskMetadata[]>(TASKS, prototype) ?? []), task], prototype);
}

/**
 * Adds an `@Available` record.
 *
 * @param target - the class for a constructor parameter, its prototype for a property.
 */
export function writeAvailableMetadata(target: object, available: AvailableMetadata): void {
  Reflect.defineMetadata(AVAILABLE, [...(own<AvailableMetadata[]>(AVAILABLE, target) ?? []), available], target);
}

/** Adds to the record of a field on the prototype of a settings class. */
export function writeFieldMetadata(prototype: object, name: string, field: FieldMetadata): void {
  const fields = new Map(own<Map<string, FieldMetadata>>(FIELDS, prototype));
  Reflect.defineMetadata(FIELDS, fields.set(name, { ...fields.get(name), ...field }), prototype);
}

/** Returns the prototypes of a class and its bases, the outermost base first. */
function prototypeChain(target: AnyClass): object[] {
  const chain: object[] = [];
  for (
    let prototype: object | null = prototypeOf(target);
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    chain.unshift(prototype);
  }
  return chain;
}
