import { DaemonryError } from './DaemonryError';

/** Stands for a rejection or an exception that nobody has handled. It stops the application with exit code 1. */
export class UnhandledError extends DaemonryError {
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
