import type { ServiceIdentifier } from 'inversify';

import type { Overrides } from './override';
import { standIn } from './standIn';

/** Overrides that also fake what is missing. Made by {@link auto}. */
export class AutomaticFakes<T extends readonly unknown[] = readonly unknown[]> {
  constructor(
    /** The overrides that were written. */
    readonly overrides: Overrides<T>,
    /** Makes the fake of an identifier that is injected and bound nowhere. */
    readonly fake: (id: ServiceIdentifier) => unknown,
  ) {}
}

/**
 * Fakes everything that is injected and bound nowhere, so that a test names only what it is about:
 * `overrides: auto()`, or `overrides: auto([override(Clock, fixed)])` with overrides beside it.
 *
 * The fake of a class passes for an instance of it (`instanceof`), and has every method that is asked of it; that of another
 * identifier can be called as well. Methods return undefined; they are mocks of Jest or Vitest where the test runs under one,
 * and functions with `mock.calls` elsewhere. What is bound, and a settings class, is not faked; nor is an optional injection.
 *
 * @param overrides - made by `override`. @defaultValue `[]`
 * @param make - makes the fake of an identifier; where it returns undefined, the usual one is made. @defaultValue none
 */
export function auto<const T extends readonly unknown[] = readonly []>(
  overrides?: Overrides<T>,
  make: (id: ServiceIdentifier) => unknown = () => undefined,
): AutomaticFakes<T> {
  return new AutomaticFakes(overrides ?? ([] as unknown as Overrides<T>), (id) => make(id) ?? fakeOf(id));
}

function fakeOf(id: ServiceIdentifier): object {
  const members = (typeof id === 'function' ? {} : mockFunction()) as Record<string, unknown>;
  return standIn(id, members, (method) => (members[method] = mockFunction()));
}

type MockFunction = (...args: unknown[]) => unknown;
interface Mocks {
  readonly fn?: () => MockFunction;
}

// Jest gives it to each file that it loads; Vitest makes it a global if it is configured so.
declare const jest: Mocks | undefined;

function mockFunction(): MockFunction {
  const mocks = typeof jest === 'undefined' ? (globalThis as { readonly vi?: Mocks }).vi : jest;
  if (typeof mocks?.fn === 'function') return mocks.fn();
  const calls: unknown[][] = [];
  return Object.assign((...args: unknown[]) => void calls.push(args), { mock: { calls } });
}
