import { DaemonryError } from './DaemonryError';

/** The reason that aborts signals when the application stops. */
export class ApplicationStoppedError extends DaemonryError {
  constructor(readonly reason: string) {
    super('APPLICATION_STOPPED', {
      what: `The application stops: ${reason}`,
      fix: 'nothing: let the work end.',
    });
  }
}
