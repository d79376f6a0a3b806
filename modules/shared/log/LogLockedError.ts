import { DaemonryError } from 'daemonry';

/** Another writer holds the log. */
export class LogLockedError extends DaemonryError<'LOG_LOCKED'> {
  constructor(
    readonly path: string,
    readonly pid: number,
  ) {
    super('LOG_LOCKED', {
      what: 'It is written by somebody else already, and only one may.',
      facts: { lock: path, pid },
      fix: 'stop the other application, or give this one a data.directory of its own.',
    });
  }
}
