import { DaemonryError } from './DaemonryError';

/** What a test waited for in a process did not come: the process ended, or the patience did. */
export class ProcessWaitError extends DaemonryError {
  constructor(
    readonly awaited: string,
    happened: string,
    facts: { readonly entry: string; readonly tail: string },
    fix: string,
  ) {
    super('PROCESS_WAIT_FAILED', {
      what: `${happened}, waiting for ${awaited}.`,
      facts: { entry: facts.entry, 'last lines': facts.tail === '' ? 'none: it wrote nothing' : `\n${facts.tail}` },
      fix,
    });
  }
}
