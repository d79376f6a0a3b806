import { DaemonryError } from 'daemonry';

/** A file that holds state is there and cannot be read. It is left as it is. */
export class StateFileError extends DaemonryError<'STATE_FILE_UNREADABLE'> {
  constructor(
    /** Absolute. */
    readonly path: string,
    cause: unknown,
  ) {
    super('STATE_FILE_UNREADABLE', {
      what: 'A file that holds state cannot be read.',
      facts: { file: path, why: cause instanceof Error ? cause.message : String(cause) },
      fix: 'correct the file, or move it away to begin anew; it is not overwritten.',
      cause,
    });
  }
}
