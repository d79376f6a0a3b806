import { DaemonryError, type ErrorParts } from '../errors/DaemonryError';
import type { ErrorCode } from '../errors/ErrorCode';

/** The command refuses to do what it was asked; nothing was done. */
export class UsageError extends DaemonryError {
  constructor(code: ErrorCode, parts: ErrorParts) {
    super(code, parts);
  }
}
