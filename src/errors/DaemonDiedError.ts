import { DaemonryError } from './DaemonryError';

/** A listener whose `run` body rejected or returned, or that called `fail`, ended while it should have gone on. */
export class DaemonDiedError extends DaemonryError {
  constructor(
    readonly listenerName: string,
    cause: Error,
  ) {
    super('DAEMON_DIED', {
      what: `"${listenerName}" died: ${cause.message}`,
      fix: 'remove the cause, or handle it inside run: a body that goes on until its signal aborts never dies.',
      cause,
    });
  }
}
