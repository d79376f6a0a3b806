import 'reflect-metadata';

import type { BackgroundDaemonOptions, ListenerOptions, PeriodicTaskOptions } from './options';

export type AnyClass = abstract new (...args: never[]) => object;

/** What `@BackgroundDaemon` and `@Listener` record. Options are as the author gave them: unchecked. */
export type ListenerMetadata =
  | { readonly kind: 'daemon'; readonly options: BackgroundDaemonOptions; readonly location: () => string | undefined }
  | { readonly kind: 'listener'; readonly options: ListenerOptions; readonly location: () => string | undefined };

export interface TaskMetadata {
  readonly method: string;
  readonly options: PeriodicTaskOptions;
}

/** What `@Available` records of one constructor parameter (its index) or property (its name). */
export interface AvailableMetadata {
  readonly where: number | string;
  readonly target: AnyClass;
}

export interface SettingsMetadata {
  readonly key: string;
}

/** What `@Nested` and `@Secret` record of one field. */
export interface FieldMetadata {
  readonly nested?: () => AnyClass;
  readonly secret?: boolean;
}

// The registered symbols let two copies of the framework in one tree see each other's classes, and say so.
const LISTENER = Symbol.for('daemonry:listener');
const TASKS = Symbol.for('daemonry:tasks');
const AVAILABLE = Symbol.for('daemonry:available');
const SETTINGS = Symbol.for('daemonry:settings');
const FIELDS = Symbol.for('daemonry:fields');

const own = <T>(key: symbol, target: object): T | undefined => Reflect.getOwnMetadata(key, target) as T | undefined;
const prototypeOf = (target: AnyClass): object => target.prototype as object;

/** Options are not inherited: the class itself has to be decorated. */
export const listenerMetadata = (target: AnyClass): ListenerMetadata | undefined => own(LISTENER, target);
export const settingsMetadata = (target: AnyClass): SettingsMetadata | undefined => own(SETTINGS, target);

/** The `@PeriodicTask` methods of a class and its bases, bases first; an overriding method's own decorator wins. */
export function taskMetadata(target: AnyClass): readonly TaskMetadata[] {
  const declared = prototypeChain(target).flatMap((prototype) => own<TaskMetadata[]>(TASKS, prototype) ?? []);
  return declared.length === 0 ? declared : [...new Map(declared.map((task) => [task.method, task])).values()];
}

/** What `@Available` recorded on this very class: on its constructor and on its own properties. */
export function availableMetadata(target: AnyClass): readonly AvailableMetadata[] {
  const parameters = own<AvailableMetadata[]>(AVAILABLE, target) ?? [];
  const properties = own<AvailableMetadata[]>(AVAILABLE, prototypeOf(target));
  return properties === undefined ? parameters : [...parameters, ...properties];
}

/** The fields of a settings class and its bases. */
export function fieldMetadata(target: AnyClass): ReadonlyMap<string, FieldMetadata> {
  const fields = new Map<string, FieldMetadata>();
  for (const prototype of prototypeChain(target)) {
    for (const [name, field] of own<Map<string, FieldMetadata>>(FIELDS, prototype) ?? []) {
      fields.set(name, { ...fields.get(name), ...field });
    }
  }
  return fields;
}

export function writeListenerMetadata(target: AnyClass, metadata: ListenerMetadata): void {
  Reflect.defineMetadata(LISTENER, metadata, target);
}

export function writeSettingsMetadata(target: AnyClass, metadata: SettingsMetadata): void {
  Reflect.defineMetadata(SETTINGS, metadata, target);
}

export function writeTaskMetadata(prototype: object, task: TaskMetadata): void {
  Reflect.defineMetadata(TASKS, [...(own<TaskMetadata[]>(TASKS, prototype) ?? []), task], prototype);
}

/** `target` is the class for a constructor parameter, its prototype for a property. */
export function writeAvailableMetadata(target: object, available: AvailableMetadata): void {
  Reflect.defineMetadata(AVAILABLE, [...(own<AvailableMetadata[]>(AVAILABLE, target) ?? []), available], target);
}

export function writeFieldMetadata(prototype: object, name: string, field: FieldMetadata): void {
  const fields = new Map(own<Map<string, FieldMetadata>>(FIELDS, prototype));
  Reflect.defineMetadata(FIELDS, fields.set(name, { ...fields.get(name), ...field }), prototype);
}

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
