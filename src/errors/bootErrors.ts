import type { StartupFailurePhase } from '../contracts/ApplicationEvents';
import { DaemonryError } from './DaemonryError';
import { formatDuration } from '../contracts/Duration';
import { describeError, messageOf, textOf } from './serializeError';

/** The fatal failure that aborts a boot. */
export interface BootFailure {
  /** The fatal listener. */
  readonly listenerName: string;
  /** The point at which it failed; `blocked` when another listener kept it from starting. */
  readonly phase: StartupFailurePhase;
  /** The error that it failed with, or that the listener in its way did. */
  readonly cause: Error;
  /** The listener that failed or is disabled, when the fatal one is only blocked by it. */
  readonly blockedBy?: string;
}

/**
 * `app.start()` rejects with it after a fatal startup failure, once all listeners that had started are stopped again.
 */
export class BootError extends DaemonryError<'BOOT_FAILED'> implements BootFailure {
  /** The error that it failed with, or that the listener in its way did. */
  declare readonly cause: Error;
  /** The name of the fatal listener. */
  readonly listenerName: string;
  /** The point at which it failed; `blocked` when another listener kept it from starting. */
  readonly phase: StartupFailurePhase;
  /** The listener that failed or is disabled, when the fatal one is only blocked by it. */
  readonly blockedBy?: string;
  /** Everything that went wrong, the roll back included; the cause is the first. */
  readonly errors: readonly Error[];

  /** @param rollBackErrors - what failed while the listeners that had started were stopped again. */
  constructor({ listenerName, phase, cause, blockedBy }: BootFailure, rollBackErrors: readonly Error[]) {
    const explained = cause instanceof DaemonryError ? cause : undefined;
    const { cause: innermost, ...explainedFacts } = explained?.facts ?? {};
    const path = `listeners.${listenerName}`;
    super('BOOT_FAILED', {
      what: `The boot was aborted: "${listenerName}" failed to start, and that is fatal.`,
      facts: {
        phase,
        'blocked by': blockedBy,
        // Of an error that explains itself, facts and fix have places of their own.
        cause: explained === undefined ? describeError(cause) : describeError(cause).split('\n', 1).join(),
        'caused by': innermost,
        ...explainedFacts,
        'also failed': rollBackErrors.length === 0 ? undefined : rollBackErrors.map((error) => describeError(error)),
      },
      fix:
        `${explained === undefined ? 'remove the cause' : explained.fix.replace(/\.$/, '')}; or, where the application is of use ` +
        `without it, configure ${path}.fatalOnStartupFailure: false; of a @Listener, ${path}.enabled: false.`,
      cause,
    });
    this.listenerName = listenerName;
    this.phase = phase;
    this.errors = [cause, ...rollBackErrors];
    if (blockedBy !== undefined) this.blockedBy = blockedBy;
  }
}

/** `app.start()` rejects with it when the application was stopped during its boot, or at any time before `start()` was called. */
export class BootCancelledError extends DaemonryError<'BOOT_CANCELLED'> {
  constructor(
    /** The reason given for the stop. */
    readonly reason: string,
  ) {
    super('BOOT_CANCELLED', {
      what: `The boot was cancelled: ${reason}`,
      fix: 'nothing, if the stop was wanted. An application starts once; create another to start again.',
    });
  }
}

/** The `reason` of every abort signal that is aborted because the application stops. */
export class ApplicationStoppedError extends DaemonryError<'APPLICATION_STOPPED'> {
  constructor(
    /** The reason given for the stop. */
    readonly reason: string,
  ) {
    super('APPLICATION_STOPPED', {
      what: `The application stops: ${reason}`,
      fix: 'nothing: let the work end.',
    });
  }
}

/** The `reason` of the abort signals of a listener that an operator restarts. */
export class ListenerRestartError extends DaemonryError<'LISTENER_RESTARTS'> {
  constructor(
    /** The name of the listener. */
    readonly listenerName: string,
    /** The reason given for the restart. */
    readonly reason: string,
  ) {
    super('LISTENER_RESTARTS', {
      what: `"${listenerName}" is shut down to be started again: ${reason}`,
      fix: 'nothing: let the work end.',
    });
  }
}

/** The `reason` of the abort signals of a listener that is shut down because one that it needs has disabled itself. */
export class NeedDisabledError extends DaemonryError<'NEED_DISABLED'> {
  constructor(
    /** The name of the listener. */
    readonly listenerName: string,
    /** Which one it needs, and why that is disabled. */
    readonly reason: string,
  ) {
    super('NEED_DISABLED', {
      what: `"${listenerName}" is shut down: ${reason}`,
      fix: 'nothing: let the work end.',
    });
  }
}

/** `app.restart()` rejects with it when the listener cannot be restarted, or does not come to run. */
export class RestartError extends DaemonryError<'RESTART_FAILED'> {
  constructor(
    /** The name of the listener. */
    readonly listenerName: string,
    why: string,
    cause?: Error,
  ) {
    super('RESTART_FAILED', {
      what: `"${listenerName}" was not restarted: ${why}.`,
      facts: { cause: cause === undefined ? undefined : describeError(cause) },
      fix: 'remove the cause, then restart it again; the status shows what it waits for.',
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

const HOOKS = {
  startup: { code: 'STARTUP_TIMEOUT', option: 'startupTimeout' },
  shutdown: { code: 'SHUTDOWN_TIMEOUT', option: 'shutdownTimeout' },
  tick: { code: 'TICK_TIMEOUT', option: 'tickTimeout' },
  health: { code: 'HEALTH_TIMEOUT', option: undefined },
} as const;

/** The `startup`, `shutdown`, `tick` or `health` hook of a listener took longer than its timeout. */
export class HookTimeoutError extends DaemonryError<(typeof HOOKS)[keyof typeof HOOKS]['code']> {
  constructor(
    /** The name of the listener. */
    readonly listenerName: string,
    /** The hook; `tick` also for the methods with `@PeriodicTask`. */
    readonly hook: keyof typeof HOOKS,
    /** The timeout in milliseconds. */
    readonly timeoutMs: number,
    detail: { readonly task?: string; readonly pending?: string } = {},
  ) {
    const { code, option } = HOOKS[hook];
    const subject =
      detail.task === undefined ? `The ${hook} of "${listenerName}"` : `A run of "${listenerName}.${detail.task}"`;
    super(code, {
      what: `${subject} did not finish within ${formatDuration(timeoutMs)}.`,
      facts: { 'still in flight': detail.pending },
      fix:
        option === undefined
          ? `answer faster: the limit of the ${hook} hook is fixed.`
          : `pass the context's signal to what the ${hook} waits for, or raise ${option}.`,
    });
  }
}

/** A listener died while it was running: its `run` rejected or returned before the stop, or it called `fail`. */
export class DaemonDiedError extends DaemonryError<'DAEMON_DIED'> {
  constructor(
    /** The name of the listener. */
    readonly listenerName: string,
    cause: Error,
  ) {
    super('DAEMON_DIED', {
      what: `"${listenerName}" died: ${messageOf(cause)}`,
      fix: 'remove the cause, or handle it inside run: a body that goes on until its signal aborts never dies.',
      cause,
    });
  }
}

/** The cause of a `DaemonDiedError` when `run` returned before the stop. */
export class RunReturnedError extends DaemonryError<'RUN_RETURNED'> {
  constructor(
    /** The name of the listener. */
    readonly listenerName: string,
  ) {
    super('RUN_RETURNED', {
      what: `The run body of "${listenerName}" returned before the stop.`,
      fix: 'let run go on until its signal aborts; work that ends belongs into startup or a task.',
    });
  }
}

/** A hook or a task is a generator function: calling it makes a generator, and runs nothing of it. */
export class GeneratorReturnedError extends DaemonryError<'GENERATOR_FUNCTION'> {
  constructor(
    /** The hook or task, such as `order_sync.tick`. */
    readonly callback: string,
  ) {
    super('GENERATOR_FUNCTION', {
      what: `"${callback}" returned a generator, of which nothing has run.`,
      fix: 'make it an async function instead of a generator function, and await in it.',
    });
  }
}

/** The cause of a `BootError` when a fatal listener needs one that disabled itself. */
export class DisabledDependencyError extends DaemonryError<'DISABLED_DEPENDENCY'> {
  constructor(
    /** The name of the fatal listener. */
    readonly listenerName: string,
    /** The name of the disabled listener that it needs. */
    readonly disabledName: string,
    reason: string | undefined,
  ) {
    super('DISABLED_DEPENDENCY', {
      what: `"${listenerName}" is fatal, and needs "${disabledName}", which is disabled.`,
      facts: { reason },
      fix: `remove the reason; or have "${listenerName}" take it by @Available, so that it starts without it.`,
    });
  }
}

/** A listener's binding, usually a factory, returned something that is not an object. */
export class NoInstanceError extends DaemonryError<'NO_INSTANCE'> {
  constructor(
    /** The name of the listener. */
    readonly listenerName: string,
    given: unknown,
  ) {
    super('NO_INSTANCE', {
      what: `The container has no instance of "${listenerName}".`,
      facts: { given: textOf(given) },
      fix: 'have the factory that it is bound to return the instance.',
    });
  }
}

/** How to mend what makes a service asynchronously. */
export const ASYNC_SERVICE_FIX =
  'await it where a module binds it, which may be async: bind(X).toConstantValue(await makeX()); or do it in the startup of a listener.';

/** A function that returns a promise makes a listener, or a service that it injects. */
export class AsyncServiceError extends DaemonryError<'ASYNC_SERVICE'> {
  /**
   * @param service - the service and where it is bound: `"Broker" (modules[0])`.
   * @param cause - the error of the container, if it has noticed that itself.
   */
  constructor(service: string, cause?: unknown) {
    super('ASYNC_SERVICE', {
      what: `${service} is made asynchronously, and the container is asked for it at once.`,
      fix: ASYNC_SERVICE_FIX,
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** A state machine was asked for a transition that its table does not allow, which is a bug in the framework. */
export class IllegalMoveError extends DaemonryError<'ILLEGAL_MOVE'> {
  constructor(subject: string, from: string, to: string) {
    super('ILLEGAL_MOVE', {
      what: `${subject} cannot go from "${from}" to "${to}".`,
      fix: 'report this, with the log of the boot: it is a defect of daemonry.',
    });
  }
}

/** The dispose method of a service failed, after all listeners had stopped. */
export class DisposalError extends DaemonryError<'DISPOSAL_FAILED'> {
  constructor(
    /** The class or identifier of the service. */
    readonly serviceName: string,
    cause: Error,
  ) {
    super('DISPOSAL_FAILED', {
      what: `Disposing "${serviceName}" failed: ${messageOf(cause)}`,
      fix: 'remove the cause. Everything else was disposed all the same.',
      cause,
    });
  }
}

/** The services were not disposed within what was left of `shutdown.grace`. */
export class DisposalTimeoutError extends DaemonryError<'DISPOSAL_TIMEOUT'> {
  constructor(
    /** The time that was left, in milliseconds. */
    readonly timeoutMs: number,
  ) {
    super('DISPOSAL_TIMEOUT', {
      what: `Ordinary services were not disposed within ${formatDuration(timeoutMs)}: one of them hangs.`,
      fix: 'limit in time what their dispose methods wait for, or raise shutdown.grace.',
    });
  }
}
