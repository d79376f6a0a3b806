import { DaemonryError } from './DaemonryError';

/** Thrown by `commit` once the run has lost its right: it timed out or was cancelled. */
export class RunRevokedError extends DaemonryError {
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
