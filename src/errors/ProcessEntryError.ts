import { DaemonryError } from './DaemonryError';

/** `startProcess` was given an entry file that it cannot run. */
export class ProcessEntryError extends DaemonryError {
  constructor(
    readonly entry: string,
    what: string,
    fix: string,
  ) {
    super('PROCESS_ENTRY_UNUSABLE', { what, facts: { entry }, fix });
  }
}
