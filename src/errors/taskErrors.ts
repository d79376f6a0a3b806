import { DaemonryError } from './DaemonryError';
import { messageOf } from './serializeError';
import { didYouMean } from './suggest';

/** Thrown by `trigger` when the listener is not running, and by `restart` and other acts when the application is not. */
export class NotRunningError extends DaemonryError<'NOT_RUNNING'> {
  constructor(
    /** The name of the listener. */
    readonly listenerName: string,
    /** The state it is in: a `ListenerState`, or that of the application. */
    readonly state: string,
  ) {
    super('NOT_RUNNING', {
      what: `"${listenerName}" is not running.`,
      facts: { state },
      fix: 'ask for this only after start() has resolved, and before the stop; a task is triggered only while its listener runs.',
    });
  }
}

/** Thrown when no listener has the given name. */
export class UnknownListenerError extends DaemonryError<'UNKNOWN_LISTENER'> {
  constructor(
    /** The name that was given. */
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

/** Thrown when a listener has no task of the given name. */
export class UnknownTaskError extends DaemonryError<'UNKNOWN_TASK'> {
  constructor(
    /** The name of the listener. */
    readonly listenerName: string,
    /** The name of the task that was given. */
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

/** Thrown by `trigger` without a task name, when the listener has several tasks and none of them is `tick`. */
export class AmbiguousTaskError extends DaemonryError<'AMBIGUOUS_TASK'> {
  constructor(
    /** The name of the listener. */
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

/** The error of a run whose listener has no method for its task: its binding has made something else than its class. */
export class NoTaskMethodError extends DaemonryError<'NO_INSTANCE'> {
  constructor(listener: string, task: string, method: string) {
    super('NO_INSTANCE', {
      what: `The instance of "${listener}" has no method "${method}", which its task "${task}" calls.`,
      fix: 'have the factory that it is bound to return an instance of its class, or an object with the methods of its tasks.',
    });
  }
}

/** Thrown by `commit` when the run has timed out or was cancelled, or when its process may have lost its lease. */
export class RunRevokedError extends DaemonryError<'RUN_REVOKED'> {
  constructor(
    /** The `tickId` of the run; `<listener>.run` for a `run` body. */
    readonly tickId: string,
    reason: string,
    fix = 'Raise tickTimeout if the work needs longer.',
  ) {
    super('RUN_REVOKED', {
      what: `The run ${tickId} may not commit any more.`,
      facts: { reason },
      fix: `nothing was committed; let the run end. ${fix}`,
    });
  }
}

/** Fails the boot when a class that is bound as a `RunInterceptor` cannot be used as one. */
export class InterceptorUnusableError extends DaemonryError<'INTERCEPTOR_UNUSABLE'> {
  constructor(why: string, cause?: unknown) {
    super('INTERCEPTOR_UNUSABLE', {
      what: `A RunInterceptor cannot be used: ${why}.`,
      facts: cause === undefined ? {} : { cause: messageOf(cause) },
      fix: 'bind RunInterceptor to a class that extends it, whose constructor does no work that can fail.',
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** Rejects a query of the history in an application that keeps none. */
export class HistoryOffError extends DaemonryError<'HISTORY_OFF'> {
  constructor() {
    super('HISTORY_OFF', {
      what: 'This application keeps no history of its runs.',
      fix: "configure it, as in history: { keep: '30d' }; until then app.runs() has the latest ones of this process.",
    });
  }
}

/** Rejects a query of the history that cannot be answered. */
export class InvalidHistoryQueryError extends DaemonryError<'HISTORY_QUERY_INVALID'> {
  constructor(
    /** The faulty parts of the query, with what is wrong with each. */
    readonly faults: Readonly<Record<string, string>>,
  ) {
    super('HISTORY_QUERY_INVALID', {
      what: 'The query of the history cannot be answered.',
      facts: faults,
      fix: 'correct what is named; instants are a Date, ISO text or epoch milliseconds.',
    });
  }
}
