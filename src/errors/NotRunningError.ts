import { DaemonryError } from './DaemonryError';

/** Thrown when a task is triggered while its listener does not run. */
export class NotRunningError extends DaemonryError {
  constructor(
    readonly listenerName: string,
    readonly state: string,
  ) {
    super('NOT_RUNNING', {
      what: `"${listenerName}" is not running.`,
      facts: { state },
      fix: 'trigger a task only while its listener runs: after start() has resolved, and before the stop.',
    });
  }
}
