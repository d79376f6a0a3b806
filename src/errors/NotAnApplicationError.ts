import { DaemonryError } from './DaemonryError';

/** Thrown when `runMain` is given something that `createApplication` has not made. */
export class NotAnApplicationError extends DaemonryError {
  constructor(given: unknown) {
    super('NOT_AN_APPLICATION', {
      what: 'runMain was not given an application.',
      facts: { given: given instanceof Object ? given.constructor.name : String(given) },
      fix: 'return what createApplication resolves with, of this very copy of daemonry: runMain(() => createApplication({ … })).',
    });
  }
}
