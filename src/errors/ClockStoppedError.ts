import { DaemonryError } from './DaemonryError';

/** Thrown by the clock of an application that is over when it is told to move. */
export class ClockStoppedError extends DaemonryError {
  constructor(call: string, state: string) {
    super('CLOCK_STOPPED', {
      what: `${call} was called, but the application of this clock is over.`,
      facts: { state },
      fix: 'advance the clock before the application stops; create another application to start again.',
    });
  }
}
