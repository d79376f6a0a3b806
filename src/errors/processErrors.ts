import { DaemonryError } from './DaemonryError';

/** Stands for a rejection or an exception that nobody has handled. It stops the application with exit code 1. */
export class UnhandledError extends DaemonryError<'UNHANDLED_ERROR'> {
  constructor(
    cause: Error,
    kind: string,
    /** The hook or task it comes from, where that is known. */
    readonly owner: string | undefined,
  ) {
    super('UNHANDLED_ERROR', {
      what: `Nobody has handled an error${owner === undefined ? '' : ` of ${owner}`}: ${cause.name}: ${cause.message}`,
      facts: { kind, owner },
      fix: 'await the promise, or catch its error, where it is made; its stack is in the cause.',
      cause,
    });
  }
}

/** Thrown when `runMain` is given something that `createApplication` has not made. */
export class NotAnApplicationError extends DaemonryError<'NOT_AN_APPLICATION'> {
  constructor(given: unknown) {
    super('NOT_AN_APPLICATION', {
      what: 'runMain was not given an application.',
      facts: { given: given instanceof Object ? given.constructor.name : String(given) },
      fix: 'return what createApplication resolves with, of this very copy of daemonry: runMain(() => createApplication({ … })).',
    });
  }
}

/** Thrown at the boot when the file of remembered due moments is there but cannot be read, or put aside. */
export class StateUnreadableError extends DaemonryError<'STATE_UNREADABLE'> {
  constructor(
    readonly path: string,
    cause: Error,
  ) {
    super('STATE_UNREADABLE', {
      what: `The remembered due moments in ${path} cannot be read.`,
      facts: { cause: cause.message },
      fix: 'let the process read and write that directory, or set state.directory to another one.',
      cause,
    });
  }
}
