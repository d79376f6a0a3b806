import { type Fields, isObject } from '../../shared/isObject';

/** `value` as a list of objects. @throws an error that names `what` when it is none. */
export function expectObjects(value: unknown, what: string): readonly Fields[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw new Error(`The answer has no list of ${what}.`);
  return value;
}
