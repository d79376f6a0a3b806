import { NotATestApplicationError } from '../../errors/testingErrors';
import { UnknownListenerError } from '../../errors/taskErrors';
import type { ListenerStatus } from '../../contracts/status';
import type { TestApplication } from '../TestApplication';

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The test application under expectation. @throws NotATestApplicationError for anything else */
export function applicationOf(received: unknown, matcher: string): TestApplication {
  if (isTestApplication(received)) return received;
  throw new NotATestApplicationError(matcher, 'an application that createTestApplication has made', kindOf(received));
}

/** By a member that only test applications have: after modules were reset their class is another one. */
export const isTestApplication = (value: unknown): value is TestApplication =>
  typeof value === 'object' && value !== null && 'bringToEnd' in value;

export function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return value.constructor?.name ?? 'an object without a class';
}

/** The listeners of those names. @throws UnknownListenerError for a name that no listener has: a misspelt expectation */
export function listenersOf(app: TestApplication, names: readonly string[]): readonly ListenerStatus[] {
  const { listeners } = app.status();
  return names.map((name) => {
    const found = listeners.find((listener) => listener.name === name);
    if (found !== undefined) return found;
    throw new UnknownListenerError(
      name,
      listeners.map((listener) => listener.name),
    );
  });
}

/** A result whose message says what was expected, what is there instead, and how the application went. */
export function resultOf(app: TestApplication, pass: boolean, expected: string, instead: string): MatcherResult {
  return {
    pass,
    message: () => `Expected ${pass ? 'not ' : ''}${expected}, but ${instead}.\n\n${app.describe()}`,
  };
}

export const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
