import type { ServiceIdentifier } from 'inversify';

/** Keys that test runners and promises look for in any value: an answer would make it another kind of thing. */
const LOOKED_FOR: ReadonlySet<string> = new Set([
  'then',
  'toJSON',
  'asymmetricMatch',
  'nodeType',
  'tagName',
  'hasAttribute',
  'inspect',
  '$$typeof',
  '_isMockFunction',
]);
/** The beginning of the keys by which Jest tells the collections of Immutable.js. */
const IMMUTABLE = '@@__IMMUTABLE_';

/**
 * Makes an object with the members of `members`, which passes for an instance (`instanceof`) where `id` is a class. Nothing of
 * that class is called. Symbols, and what test runners and promises look for in any value, are absent unless they are given.
 *
 * @param members - has to be extensible; it is read at each access, and what is set on the stand-in is set there.
 * @param missing - is asked for every other member, and may throw.
 */
export function standIn(id: ServiceIdentifier, members: object, missing: (member: string) => unknown): object {
  const prototype = typeof id === 'function' ? (id.prototype as object) : undefined;
  return new Proxy(members, {
    getPrototypeOf: (target) => prototype ?? Reflect.getPrototypeOf(target),
    get: (target, key, proxy): unknown => {
      if (key === 'constructor' && prototype !== undefined) return prototype.constructor;
      if (Object.hasOwn(target, key) || key in Object.prototype) return Reflect.get(target, key, proxy);
      if (key in target) return inherited(target, key);
      return typeof key === 'symbol' || LOOKED_FOR.has(key) || key.startsWith(IMMUTABLE) ? undefined : missing(key);
    },
  });
}

/** A member of the class that `target` is an instance of: it may read private fields, which only the instance has. */
function inherited(target: object, key: PropertyKey): unknown {
  const member: unknown = Reflect.get(target, key, target);
  return typeof member === 'function' ? (member.bind(target) as unknown) : member;
}
