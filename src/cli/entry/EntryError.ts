import { DaemonryError, type ErrorParts } from '../../errors/DaemonryError';
import type { ErrorCode } from '../../errors/ErrorCode';

/** The entry file could not be loaded, or leads to no application. */
export class EntryError extends DaemonryError {
  constructor(code: ErrorCode, parts: ErrorParts) {
    super(code, parts);
  }
}
