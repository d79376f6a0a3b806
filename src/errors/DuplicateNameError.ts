import { DaemonryError } from './DaemonryError';

/** Thrown by `register` when another listener holds the name. */
export class DuplicateNameError extends DaemonryError {
  constructor(
    readonly listenerName: string,
    registered: string,
    rejected: string,
  ) {
    super('DUPLICATE_NAME', {
      what: `The name "${listenerName}" is taken.`,
      facts: { registered, rejected },
      fix: "give one of the two another name: @BackgroundDaemon({ name: '…' }).",
    });
  }
}
