import { DaemonryError } from 'daemonry';

/** A line of the books is no invoice. An error with a code of its own: the exit report and the logs show its facts and its fix. */
export class BooksDamagedError extends DaemonryError<'BOOKS_DAMAGED'> {
  constructor(file: string, line: number, cause: unknown) {
    super('BOOKS_DAMAGED', {
      what: 'A line of the books is no invoice.',
      facts: { file, line },
      fix: 'restore the file from the backup of last night.',
      cause,
    });
  }
}
