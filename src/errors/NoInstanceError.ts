import { DaemonryError } from './DaemonryError';

/** A listener's binding, a factory as a rule, returned something that is not an object. */
export class NoInstanceError extends DaemonryError {
  constructor(
    readonly listenerName: string,
    given: unknown,
  ) {
    super('NO_INSTANCE', {
      what: `The container has no instance of "${listenerName}".`,
      facts: { given: String(given) },
      fix: 'have the factory that it is bound to return the instance.',
    });
  }
}
