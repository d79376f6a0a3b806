import { types } from 'node:util';

/**
 * True if a condition holds that has given this answer.
 *
 * @throws TypeError for a promise, which an async condition returns: it would hold whatever becomes of it.
 */
export function isTrue(answer: unknown): boolean {
  if (types.isPromise(answer)) throw new TypeError('it returns a promise; make it a function that is not async');
  return Boolean(answer);
}
