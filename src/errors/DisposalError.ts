import { DaemonryError } from './DaemonryError';

/** An ordinary service failed while it was disposed, after every listener had stopped. */
export class DisposalError extends DaemonryError {
  constructor(
    readonly serviceName: string,
    cause: Error,
  ) {
    super('DISPOSAL_FAILED', {
      what: `Disposing "${serviceName}" failed: ${cause.message}`,
      fix: 'remove the cause. Everything else was disposed all the same.',
      cause,
    });
  }
}
