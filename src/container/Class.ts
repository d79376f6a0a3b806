import type { ServiceIdentifier } from 'inversify';

import { type AnyClass, listenerMetadata } from '../contracts/metadata';

/** A class that can be constructed. */
export type Class = new (...args: never[]) => object;

/** True for a class, as opposed to a plain function: a mock function is a value, not something to construct. */
export function isClass(value: unknown): value is Class {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

/** The class that `target` extends. */
export function baseOf(target: object): Class | undefined {
  const base = Object.getPrototypeOf(target) as unknown;
  return typeof base === 'function' && base !== Function.prototype ? (base as Class) : undefined;
}

/** The nearest base that is decorated as a listener. */
export function decoratedBase(target: AnyClass): Class | undefined {
  for (let base = baseOf(target); base !== undefined; base = baseOf(base)) {
    if (listenerMetadata(base) !== undefined) return base;
  }
  return undefined;
}

/** A service identifier as people know it: the class's name, the symbol's description, or the text itself. */
export function identifierName(id: ServiceIdentifier): string {
  if (typeof id === 'function') return id.name === '' ? '(anonymous class)' : id.name;
  return typeof id === 'symbol' ? (id.description ?? String(id)) : String(id);
}
