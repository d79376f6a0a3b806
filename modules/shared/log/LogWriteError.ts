import { DaemonryError } from 'daemonry';

import { LogLockedError } from './LogLockedError';

const FIXES: Readonly<Record<string, string>> = {
  ENOSPC: 'free space on the disk, or lower what the logs may keep.',
  EDQUOT: 'free space in the quota of the user, or lower what the logs may keep.',
  EACCES: 'let the user of this process own the folder and its files.',
  EPERM: 'let the user of this process own the folder and its files.',
  EROFS: 'point data.directory to a folder that may be written.',
  ENOTDIR: 'move away the file that stands where a folder is needed, or set data.directory.',
  EEXIST: 'move away the file that stands where a folder is needed, or set data.directory.',
  EISDIR: 'move away the folder that stands where a file is needed.',
};

/** Something could not be put into a log, or a place in it could not be stored. */
export class LogWriteError extends DaemonryError<'LOG_LOCKED' | 'LOG_WRITE_FAILED'> {
  /** Of the operating system: `ENOSPC`, `EACCES` … */
  readonly errno?: string;

  /** @param attempt - what was attempted: `append to the log in /srv/data/audit`. */
  constructor(attempt: string, cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const locked = cause instanceof LogLockedError;
    super(locked ? 'LOG_LOCKED' : 'LOG_WRITE_FAILED', {
      what: `Could not ${attempt}: ${locked ? cause.what : message}`,
      ...(locked ? { facts: cause.facts } : {}),
      fix: locked ? cause.fix : (FIXES[code ?? ''] ?? 'remove the cause; what was to be written is not in the log.'),
      cause,
    });
    if (!locked && code !== undefined) this.errno = code;
  }
}
