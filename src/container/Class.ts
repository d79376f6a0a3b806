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
