import { DaemonryError } from './DaemonryError';

/** Says that a test has ended while something that it has begun goes on. */
export class NotAwaitedError extends DaemonryError {
  /** @param calls - each `advance('1h'), called at file:line:column`. */
  constructor(application: string, calls: readonly string[]) {
    super('NOT_AWAITED', {
      what: `The test has ended before what it has called on the application "${application}" has.`,
      facts: Object.fromEntries(calls.map((call, index) => [`${index + 1}`, call])),
      fix: 'await it: `await app.clock.advance(…)`, `await app.until(…)`.',
    });
  }
}
