import type { ServiceIdentifier } from 'inversify';

import { identifierName } from '../container/Class';
import { HOOK_NAMES } from '../contracts/hooks';
import { type AnyClass, listenerMetadata, taskMetadata } from '../contracts/metadata';
import { NotStubbedError } from '../errors/testingErrors';
import { callSite } from './callSite';
import type { Override, Replacement } from './override';
import { standIn } from './standIn';

/** Some of the public members of `T`, each of its own type. A function has none: `override` replaces it. */
export type StubMembers<T> = T extends (...args: never[]) => unknown ? never : { readonly [K in keyof T]?: T[K] };

/**
 * Replaces every binding of `id` before anything is constructed, by an object that has the given members and no other. Whoever
 * calls a method that is not given, or reads another member, gets a `NotStubbedError`, which names it. The object passes for an
 * instance of a class (`instanceof`), and nothing of that class is called. A member that is given as `undefined` is undefined.
 *
 * Hooks and tasks of a listener are for the framework: those that are not given are left out.
 */
export function stub<T extends object>(id: ServiceIdentifier<T>, members: StubMembers<NoInfer<T>>): Override<T> {
  const { at } = callSite();
  const given = extensible(members);
  const leftOut = forFramework(id);
  const made = standIn(id, given, (member) => {
    if (leftOut.has(member)) return undefined;
    const fail = (): never => {
      throw new NotStubbedError(identifierName(id), member, namesOf(given), at);
    };
    // A test runner that shows how two values differ reads every method of the class, and calls none.
    return isMethod(id, member) ? fail : fail();
  });
  return [id, made as Replacement<NoInfer<T>>];
}

/** True for a method of a class or of one that it extends. Calls no getter. */
function isMethod(id: ServiceIdentifier, member: string): boolean {
  let holder: unknown = typeof id === 'function' ? id.prototype : undefined;
  for (; typeof holder === 'object' && holder !== null; holder = Object.getPrototypeOf(holder)) {
    const property = Object.getOwnPropertyDescriptor(holder, member);
    if (property !== undefined) return typeof property.value === 'function';
  }
  return false;
}

/** The members that the framework looks for by itself: the hooks of a listener and the methods of its tasks. */
function forFramework(id: ServiceIdentifier): ReadonlySet<string> {
  if (typeof id !== 'function' || listenerMetadata(id as AnyClass) === undefined) return new Set();
  return new Set([...HOOK_NAMES, ...taskMetadata(id as AnyClass).map(({ method }) => method)]);
}

/** The object itself, so that a test can change it later; of one that is frozen, a copy: a proxy must show those as they are. */
const extensible = (members: object): object =>
  Object.isExtensible(members)
    ? members
    : (Object.create(
        Object.getPrototypeOf(members) as object | null,
        Object.getOwnPropertyDescriptors(members),
      ) as object);

/** The names of what an object has: its own, and those of the class that it is an instance of. */
function namesOf(members: object): readonly string[] {
  const prototype = Object.getPrototypeOf(members) as object | null;
  const isPlain = prototype === null || prototype === Object.prototype;
  const inherited = isPlain ? [] : Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  return [...Object.keys(members), ...inherited];
}
