import { formatDuration } from '../contracts/Duration';
import { DaemonryError } from './DaemonryError';
import { messageOf } from './serializeError';

/** Fails the boot when the cluster engine cannot be made. */
export class ClusterEngineError extends DaemonryError<'CLUSTER_ENGINE_FAILED'> {
  constructor(
    /** The class or binding of the engine. */
    readonly engine: string,
    cause: unknown,
  ) {
    super('CLUSTER_ENGINE_FAILED', {
      what: 'The cluster engine could not be made, and the application has tasks or `run` bodies of cluster scope.',
      facts: { engine, cause: messageOf(cause) },
      fix: "correct its constructor, which only assigns: an engine connects in its startup; or set scope: 'process'.",
      cause,
    });
  }
}

/** Rejects an act on a task of cluster scope while its engine is away. */
export class ClusterUnreachableError extends DaemonryError<'CLUSTER_UNREACHABLE'> {
  /**
   * @param act - the act that was not carried out, such as `offer a due moment`.
   * @param cause - the error of the client, if there is one.
   */
  constructor(
    /** `<listener>.<task>`, or the listener of a `run` body. */
    readonly path: string,
    act: string,
    cause?: unknown,
  ) {
    super('CLUSTER_UNREACHABLE', {
      what: `The cluster engine is away: it could not ${act} for "${path}".`,
      facts: cause === undefined ? {} : { cause: messageOf(cause) },
      fix: 'see the listener of the engine in the status; the task goes on by itself once the engine is back.',
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** Rejects a manual run of a task of cluster scope that no process has finished in time, or before this one stopped. It may still be done. */
export class ClusterTriggerExpiredError extends DaemonryError<'CLUSTER_TRIGGER_EXPIRED'> {
  constructor(
    /** `<listener>.<task>` */
    readonly path: string,
    /** The time in milliseconds that was waited. */
    readonly waitedMs: number,
  ) {
    super('CLUSTER_TRIGGER_EXPIRED', {
      what: `No process has finished the manual run of "${path}" within ${formatDuration(waitedMs)}.`,
      fix: 'look at the holder of the task in the status, and at the runs of the task later: it may still be done.',
    });
  }
}

/** The reason of a signal, and of a `RunRevokedError`, when the process may have lost its lease on a task or a `run` body. */
export class LeaseLostError extends DaemonryError<'LEASE_LOST'> {
  /** @param why - in one clause, such as `it was not renewed for 12s`. */
  constructor(
    /** `<listener>.<task>`, or the listener of a `run` body. */
    readonly path: string,
    why: string,
  ) {
    super('LEASE_LOST', {
      what: `The lease on "${path}" is lost: ${why}. Another process may go on with the work.`,
      fix: 'let the work end; pass effects through `commit`, and give the fencing token to whatever they change.',
    });
  }
}
