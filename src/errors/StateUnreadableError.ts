import { DaemonryError } from './DaemonryError';

/** Thrown at the boot when the file of remembered due moments is there but cannot be read, or put aside. */
export class StateUnreadableError extends DaemonryError {
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
