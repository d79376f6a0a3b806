// Compilers record parameter types through this polyfill, for every class that imports a decorator.
import 'reflect-metadata';

import { type LoadedCopy, THIS_COPY } from './loadedCopies';
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
  /** True for a path that is relative to `state.directory`. */
  readonly isStatePath?: boolean;
}

/** The records of one class, or of the prototype that holds its methods and properties. */
interface DecoratorRecords {
  /** The copy of the framework whose decorators were called first. */
  readonly copy: LoadedCopy;
  listener?: ListenerMetadata;
  settings?: SettingsMetadata;
  tasks?: readonly TaskMetadata[];
  available?: readonly AvailableMetadata[];
  fields?: ReadonlyMap<string, FieldMetadata>;
}

// Two copies of the framework in one process see each other's records through the global symbol, and can report it. One
// look-up in a map of our own costs a tenth of one by `Reflect.getOwnMetadata`, and a boot makes a dozen for each class.
const RECORDS = recordsOfProcess();

function recordsOfProcess(): WeakMap<object, DecoratorRecords> {
  const holder = globalThis as { [key: symbol]: WeakMap<object, DecoratorRecords> | undefined };
  return (holder[Symbol.for('daemonry:metadata')] ??= new WeakMap());
}

const prototypeOf = (target: AnyClass): object => target.prototype as object;

/** Returns the record of a listener's decorator on the class itself; undefined if only a base is decorated. */
export const listenerMetadata = (target: AnyClass): ListenerMetadata | undefined => RECORDS.get(target)?.listener;
/** Returns the record of `@Settings` on the class itself, or undefined. */
export const settingsMetadata = (target: AnyClass): SettingsMetadata | undefined => RECORDS.get(target)?.settings;

/** Returns the copy of the framework that decorated a class, or undefined. */
export const copyThatDecorated = (target: AnyClass): LoadedCopy | undefined => RECORDS.get(target)?.copy;

const NONE: readonly never[] = [];

/** Returns the `@PeriodicTask` methods of a class and its bases, bases first. The decorator of an overriding method wins. */
export function taskMetadata(target: AnyClass): readonly TaskMetadata[] {
  const prototype = prototypeOf(target);
  if (Object.getPrototypeOf(prototype) === Object.prototype) return RECORDS.get(prototype)?.tasks ?? NONE;
  const declared = prototypeChain(prototype).flatMap((each) => RECORDS.get(each)?.tasks ?? NONE);
  return declared.length === 0 ? declared : [...new Map(declared.map((task) => [task.method, task])).values()];
}

/** Returns the `@Available` records of the class itself: of its constructor parameters and its own properties. */
export function availableMetadata(target: AnyClass): readonly AvailableMetadata[] {
  const parameters = RECORDS.get(target)?.available ?? NONE;
  const properties = RECORDS.get(prototypeOf(target))?.available;
  return properties === undefined ? parameters : [...parameters, ...properties];
}

/** Returns the decorated fields of a settings class and its bases, by name. */
export function fieldMetadata(target: AnyClass): ReadonlyMap<string, FieldMetadata> {
  const fields = new Map<string, FieldMetadata>();
  for (const prototype of prototypeChain(prototypeOf(target))) {
    for (const [name, field] of RECORDS.get(prototype)?.fields ?? NONE) {
      fields.set(name, { ...fields.get(name), ...field });
    }
  }
  return fields;
}

/** Records a listener's decorator on a class. */
export function writeListenerMetadata(target: AnyClass, metadata: ListenerMetadata): void {
  recordsOf(target).listener = metadata;
}

/** Records `@Settings` on a class. */
export function writeSettingsMetadata(target: AnyClass, metadata: SettingsMetadata): void {
  recordsOf(target).settings = metadata;
}

/** Adds a `@PeriodicTask` to the prototype of a class. A second one on the same method replaces the first. */
export function writeTaskMetadata(prototype: object, task: TaskMetadata): void {
  const records = recordsOf(prototype);
  const tasks = records.tasks ?? NONE;
  const isAgain = tasks.some(({ method }) => method === task.method);
  records.tasks = isAgain ? tasks.map((known) => (known.method === task.method ? task : known)) : [...tasks, task];
}

/**
 * Adds an `@Available` record.
 *
 * @param target - the class for a constructor parameter, its prototype for a property.
 */
export function writeAvailableMetadata(target: object, available: AvailableMetadata): void {
  const records = recordsOf(target);
  records.available = [...(records.available ?? NONE), available];
}

/** Adds to the record of a field on the prototype of a settings class. */
export function writeFieldMetadata(prototype: object, name: string, field: FieldMetadata): void {
  const records = recordsOf(prototype);
  const fields = new Map(records.fields);
  records.fields = fields.set(name, { ...fields.get(name), ...field });
}

function recordsOf(target: object): DecoratorRecords {
  const known = RECORDS.get(target);
  if (known !== undefined) return known;
  const records: DecoratorRecords = { copy: THIS_COPY };
  RECORDS.set(target, records);
  return records;
}

/** Returns a prototype and those it inherits from, the outermost first. */
function prototypeChain(innermost: object): object[] {
  const chain: object[] = [];
  for (
    let prototype: object | null = innermost;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    chain.unshift(prototype);
  }
  return chain;
}
