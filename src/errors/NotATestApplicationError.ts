import { DaemonryError } from './DaemonryError';

/** Thrown by a matcher of daemonry that is given something else than what it is for. */
export class NotATestApplicationError extends DaemonryError {
  constructor(matcher: string, wanted: string, given: string) {
    super('NOT_A_TEST_APPLICATION', {
      what: `${matcher} is for ${wanted}.`,
      facts: { given },
      fix: 'expect(app) of what createTestApplication returns; a promise has to be awaited first.',
    });
  }
}
