import { DaemonryError, type ErrorParts } from './DaemonryError';
import { messageOf } from './serializeError';

/** The codes of a {@link StateError}. */
export type StateErrorCode =
  | 'STATE_DRIVER_MISSING'
  | 'STATE_UNREADABLE'
  | 'STATE_NEWER'
  | 'STATE_PARAMETER'
  | 'STATE_STATEMENT'
  | 'STATE_TRANSACTION_TIMEOUT'
  | 'STATE_WRITE_FAILED'
  | 'STATE_LOCKED'
  | 'STATE_MOVED'
  | 'STATE_LOST'
  | 'STATE_CLOSED';

/** A failure of the state database. `docs/errors.md` says what each code means. */
export class StateError extends DaemonryError<StateErrorCode> {
  constructor(code: StateErrorCode, parts: ErrorParts) {
    super(code, parts);
  }
}

const WRITE_FAILURES: ReadonlySet<StateErrorCode> = new Set([
  'STATE_WRITE_FAILED',
  'STATE_UNREADABLE',
  'STATE_LOCKED',
  'STATE_MOVED',
  'STATE_LOST',
]);

/** True if the file could not take a statement, which itself may be right. */
export const isWriteFailure = (error: unknown): boolean =>
  error instanceof StateError && WRITE_FAILURES.has(error.code);

/** The package with a driver of SQLite, for versions of Node that have none. */
export const DRIVER = '@photostructure/sqlite';

/** No driver of SQLite can be loaded. */
export const driverMissing = (cause?: unknown): StateError =>
  new StateError('STATE_DRIVER_MISSING', {
    what: `The state database needs a driver of SQLite, and Node ${process.versions.node} has none.`,
    facts: { tried: ['node:sqlite', DRIVER] },
    fix: `npm install ${DRIVER} (29 MB), or run Node 22.13 or later, which brings one.`,
    cause,
  });

/** The file cannot be opened, or is damaged. */
export const stateUnreadable = (file: string, cause: Error): StateError =>
  new StateError('STATE_UNREADABLE', {
    what: 'The state database cannot be read.',
    facts: { file, cause: messageOf(cause) },
    fix: 'let the process read and write that folder; if the file is damaged, restore a backup, or move it away with the files -wal and -shm beside it to begin anew.',
    cause,
  });

/** The log beside the file is that of another one. */
export const stateLogForeign = (file: string): StateError =>
  new StateError('STATE_UNREADABLE', {
    what: 'The state database is a backup, and beside it lies the log of another file, which would undo it or damage it.',
    facts: { file, log: `${file}-wal` },
    fix: 'remove that log, and the file -shm beside it, to go on with the backup; nothing was changed.',
  });

/** This process may not write the file, or one beside it, or cannot make it. */
export const stateUnwritable = (file: string, cause: Error): StateError =>
  new StateError('STATE_WRITE_FAILED', {
    what: `The state database cannot be written: ${messageOf(cause)}`,
    facts: { file, uid: process.getuid?.() },
    fix: 'let the user of the process read and write the folder and the files in it, make room on the disk, or set state.directory to a folder that it may write.',
    cause,
  });

/** A command was given a path where no database is. */
export const stateMissing = (file: string, isThere: boolean): StateError =>
  new StateError('STATE_UNREADABLE', {
    what: isThere ? 'That is not a file, and so not a state database.' : 'There is no such file.',
    facts: { file },
    fix: 'give the path of the database: <application>.db in state.directory, which the application makes when it starts.',
  });

/** Newer code has changed the tables. */
export const stateNewer = (file: string, owner: string, found: number, known: number): StateError =>
  new StateError('STATE_NEWER', {
    what: `The tables of "${owner}" were changed by newer code, and this code must not write to them.`,
    facts: { file, 'steps in the file': found, 'steps of this code': known },
    fix: 'run the newer version again, or restore a backup from before it.',
  });

/** A parameter is nothing that the database can keep as it is. */
export const badParameter = (index: number, why: string, sql: string): StateError =>
  new StateError('STATE_PARAMETER', {
    what: `Parameter ${index + 1} of a statement is ${why}.`,
    facts: { sql },
    fix: 'give each ? a text without NUL, a finite number, a bigint of 64 bits, a Uint8Array or null.',
  });

/** The statement itself is wrong, or breaks a rule of its table. */
export const statementFailed = (sql: string, cause: Error): StateError =>
  new StateError('STATE_STATEMENT', {
    what: `A statement failed: ${messageOf(cause)}`,
    facts: { sql },
    fix: 'correct the statement, or what it is given; several statements are that many calls, in transaction(work).',
    cause,
  });

/** A transaction has waited for something else than its statements. */
export const transactionExpired = (ms: number): StateError =>
  new StateError('STATE_TRANSACTION_TIMEOUT', {
    what: `A transaction was rolled back, because it was not over after ${ms / 1_000} s.`,
    fix: 'wait for nothing but its own statements in it: fetch before the transaction, and send after it.',
  });

/** The file cannot be written at the moment. */
export const writeFailed = (file: string, cause: Error): StateError =>
  new StateError('STATE_WRITE_FAILED', {
    what: `The state database cannot be written: ${messageOf(cause)}`,
    facts: { file },
    fix: 'make room on the disk, or let the process write to it; nothing of the failed transaction was kept, and it can be tried again.',
    cause,
  });

/** A copy of the database cannot be written. */
export const copyFailed = (copy: string, cause: Error): StateError =>
  new StateError('STATE_WRITE_FAILED', {
    what: `The copy of the state database cannot be written: ${messageOf(cause)}`,
    facts: { copy },
    fix: 'make room on the disk of the copy, or choose another one; nothing of the copy is left, and the database is as it was.',
    cause,
  });

/** Another program holds the file. */
export const stateLocked = (file: string, cause: Error): StateError =>
  new StateError('STATE_LOCKED', {
    what: 'Another program has locked the state database.',
    facts: { file, cause: messageOf(cause) },
    fix: `end that program, or its transaction: the shell sqlite3, a backup, a viewer. On Linux, fuser -v ${file} names it. Nothing is wrong with the file or the disk.`,
    cause,
  });

const BACKUP = 'To copy the state of a running application, use daemonry state backup.';

/** The files that the application works with are not there any more. */
export const stateMoved = (files: readonly string[]): StateError =>
  new StateError('STATE_MOVED', {
    what: 'The files of the state database were deleted, moved or replaced while the application works with them, and nothing is saved.',
    facts: { files },
    fix: `put the same files back, and it goes on; else restart the application, which begins with what is there then. ${BACKUP}`,
  });

/** The lock, or the record of the owner, is not there any more, or another one. Nothing is lost by that. */
export const madeAnew = (files: readonly string[]): StateError =>
  new StateError('STATE_MOVED', {
    what: 'The lock of the state database, or the record of its owner, was deleted or replaced while the application works with it, and is made anew.',
    facts: { files },
    fix: `leave the files in state.directory to the application while it runs. ${BACKUP}`,
  });

/** Another process has become the owner of the state. */
export const stateLost = (
  file: string,
  { pid, host, since }: { readonly pid: number; readonly host: string; readonly since: string },
): StateError =>
  new StateError('STATE_LOST', {
    what: 'Another process has taken the state of this application, which stops.',
    facts: { owner: file, pid, host, since },
    fix: `run one of both. It can happen where the application, or a library, reads or copies the files in state.directory, which ends their locks; where somebody puts other files there; or on a network drive. ${BACKUP}`,
  });

/** The database is not open. */
export const stateClosed = (why: string): StateError =>
  new StateError('STATE_CLOSED', {
    what: `The state database is not open: ${why}.`,
    fix: 'use it from startup on, and until shutdown has returned.',
  });
