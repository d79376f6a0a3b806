import type { ServiceIdentifier } from 'inversify';

import { type AnyClass, listenerMetadata } from '../contracts/metadata';
import { nameOfClass } from '../errors/describeClass';

/** A class that can be constructed. */
export type Class = new (...args: never[]) => object;

/** True for a class, false for a plain function: a mock function is a value, not something to construct. */
export function isClass(value: unknown): value is Class {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

/** True for what `new` accepts, also a class of an old compiler; false for an arrow function, an async one and a method. */
export function isConstructible(value: unknown): value is Class {
  return typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null;
}

/** Returns the class that `target` extends, or undefined. */
export function baseOf(target: object): Class | undefined {
  const base = Object.getPrototypeOf(target) as unknown;
  return typeof base === 'function' && base !== Function.prototype ? (base as Class) : undefined;
}

/** Returns the nearest base class that is decorated as a listener, or undefined. */
export function decoratedBase(target: AnyClass): Class | undefined {
  for (let base = baseOf(target); base !== undefined; base = baseOf(base)) {
    if (listenerMetadata(base) !== undefined) return base;
  }
  return undefined;
}

/** Names a service identifier for messages: the class name, the description of the symbol, or the text itself. */
export function identifierName(id: ServiceIdentifier): string {
  if (typeof id === 'function') return nameOfClass(id);
  return typeof id === 'symbol' ? (id.description ?? String(id)) : String(id);
}
