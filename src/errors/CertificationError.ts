import { DaemonryError, type ErrorParts } from './DaemonryError';

/** A daemon does not keep a clause of its contract. */
export class CertificationError extends DaemonryError {
  constructor(
    readonly clause: string,
    parts: ErrorParts,
  ) {
    super('CERTIFICATION_FAILED', parts);
  }
}
