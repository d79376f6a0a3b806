import { NotATestApplicationError } from '../../errors/testingErrors';
import { UnknownListenerError } from '../../errors/taskErrors';
import type { ListenerStatus } from '../../contracts/status';
import type { TestApplication } from '../TestApplication';

/** The result of a matcher, as Jest expects it. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** `received` as a test application. @throws NotATestApplicationError for anything else */
export function applicationOf(received: unknown, matcher: string): TestApplication {
  if (isTestApplication(received)) return received;
  throw new NotATestApplicationError(matcher, 'an application that createTestApplication has made', kindOf(received));
}

/** True for a test application. Looks for a member, since modules may have been reset and the class be another one. */
export const isTestApplication = (value: unknown): value is TestApplication =>
  typeof value === 'object' && value !== null && 'bringToEnd' in value;

/** The name of the value's class, or the value itself as text, for messages. */
export function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return value.constructor?.name ?? 'an object without a class';
}

/** The statuses of the listeners with these names. @throws UnknownListenerError for a name that no listener has */
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

/** A result whose message shows what was expected, what is there instead, and the journal of the application. */
export function resultOf(app: TestApplication, pass: boolean, expected: string, instead: string): MatcherResult {
  return {
    pass,
    message: () => `Expected ${pass ? 'not ' : ''}${expected}, but ${instead}.\n\n${app.describe()}`,
  };
}

/** The names, separated by commas, for messages. */
export const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
