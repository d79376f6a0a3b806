import { DaemonryError } from './DaemonryError';
import { className } from './foreign';
import { describeError, textOf } from './serializeError';

/** Wraps an unhandled rejection or exception. It stops the application with exit code 1. */
export class UnhandledError extends DaemonryError<'UNHANDLED_ERROR'> {
  constructor(
    cause: Error,
    kind: string,
    /** The hook or task that it comes from, such as `order_sync.startup`; undefined when unknown. */
    readonly owner: string | undefined,
  ) {
    super('UNHANDLED_ERROR', {
      what: `Nobody has handled an error${owner === undefined ? '' : ` of ${owner}`}: ${describeError(cause)}`,
      facts: { kind, owner },
      fix: 'await the promise, or catch its error, where it is made; its stack is in the cause.',
      cause,
    });
  }
}

/** Thrown by `runMain` when it has been called before in this process. */
export class RunMainTwiceError extends DaemonryError<'RUN_MAIN_TWICE'> {
  constructor() {
    super('RUN_MAIN_TWICE', {
      what: 'runMain was called a second time in this process, whose signals and exit code belong to the first application.',
      fix: 'call it once. A second application in the same process is created with createApplication, then started and stopped by your code.',
    });
  }
}

/** The end of a process that nothing holds any more, although nobody has stopped its application. The exit code is 1. */
export class LoopEmptyError extends DaemonryError<'LOOP_EMPTY'> {
  constructor() {
    super('LOOP_EMPTY', {
      what: 'Nothing holds the process any more, though nobody has stopped the application.',
      fix: 'give Node its timers back: a library, such as fake timers of a test, has replaced setInterval before daemonry was loaded.',
    });
  }
}

/** The message of the log line for an error that stops the application. */
export const crashMessage = (error: Error): string =>
  error instanceof LoopEmptyError ? error.what : 'Nobody has handled an error, which stops the application';

/** Thrown by `runMain` when it is given something that was not made by `createApplication`. */
export class NotAnApplicationError extends DaemonryError<'NOT_AN_APPLICATION'> {
  constructor(given: unknown) {
    super('NOT_AN_APPLICATION', {
      what: 'runMain was not given an application.',
      facts: { given: typeof given === 'object' && given !== null ? className(given, 'an object') : textOf(given) },
      fix: 'return what createApplication resolves with, of this very copy of daemonry: runMain(() => createApplication({ … })).',
    });
  }
}

/** Thrown at the boot when another process holds the state of this application. */
export class StateInUseError extends DaemonryError<'STATE_IN_USE'> {
  constructor(
    /** The path of the lock. */
    readonly path: string,
    holder: { readonly pid?: number; readonly host?: string; readonly since?: string },
  ) {
    super('STATE_IN_USE', {
      what: 'Another process has the state of this application, and only one may.',
      facts: { lock: path, pid: holder.pid, host: holder.host, since: holder.since },
      fix: 'stop that process, or give this one a state.instance or a state.directory of its own.',
    });
  }
}
