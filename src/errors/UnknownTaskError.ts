import { DaemonryError } from './DaemonryError';
import { didYouMean } from './suggest';

/** Thrown for a task that a listener does not have. */
export class UnknownTaskError extends DaemonryError {
  constructor(
    readonly listenerName: string,
    readonly task: string,
    known: readonly string[],
  ) {
    super('UNKNOWN_TASK', {
      what: `"${listenerName}" has no task named "${task}".${didYouMean(task, known)}`,
      facts: { tasks: known.length === 0 ? 'none' : known.join(', ') },
      fix: known.length === 0 ? 'give the listener a tick or a @PeriodicTask.' : 'use one of its tasks.',
    });
  }
}
