import { DaemonryError } from './DaemonryError';

/** Thrown for a fault of a hook that is not called any more. */
export class FaultTooLateError extends DaemonryError {
  constructor(listener: string, hook: string, state: string) {
    super('FAULT_TOO_LATE', {
      what: `The ${hook} of "${listener}" cannot be made to fail any more.`,
      facts: { state },
      fix: `arm the fault before that ${hook} is called; of a startup, before app.start().`,
    });
  }
}
