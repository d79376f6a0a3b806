import { DaemonryError } from './DaemonryError';
import { didYouMean } from './suggest';

/** Thrown when a task is triggered while its listener does not run. */
export class NotRunningError extends DaemonryError<'NOT_RUNNING'> {
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

/** Thrown for a name that no listener has. */
export class UnknownListenerError extends DaemonryError<'UNKNOWN_LISTENER'> {
  constructor(
    readonly listenerName: string,
    known: readonly string[],
  ) {
    super('UNKNOWN_LISTENER', {
      what: `There is no listener named "${listenerName}".${didYouMean(listenerName, known)}`,
      facts: { known: known.length === 0 ? 'none' : known.join(', ') },
      fix: 'use one of the known names.',
    });
  }
}

/** Thrown for a task that a listener does not have. */
export class UnknownTaskError extends DaemonryError<'UNKNOWN_TASK'> {
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

/** Thrown when a task has to be named, because the listener has several and none is `tick`. */
export class AmbiguousTaskError extends DaemonryError<'AMBIGUOUS_TASK'> {
  constructor(
    readonly listenerName: string,
    tasks: readonly string[],
  ) {
    super('AMBIGUOUS_TASK', {
      what: `"${listenerName}" has several tasks, and none of them is its tick.`,
      facts: { tasks: tasks.join(', ') },
      fix: `name one of them, as in trigger('${listenerName}', '${tasks[0] ?? ''}').`,
    });
  }
}

/** Thrown by `commit` once the run has lost its right: it timed out or was cancelled. */
export class RunRevokedError extends DaemonryError<'RUN_REVOKED'> {
  constructor(
    readonly tickId: string,
    reason: string,
  ) {
    super('RUN_REVOKED', {
      what: `The run ${tickId} may not commit any more.`,
      facts: { reason },
      fix: 'nothing was committed; let the run end. Raise tickTimeout if the work needs longer.',
    });
  }
}
