import { DaemonryError } from './DaemonryError';

/** Thrown by a virtual clock that is told to advance to an instant that is over. */
export class ClockBackwardsError extends DaemonryError {
  constructor(now: number, target: number) {
    super('CLOCK_BACKWARDS', {
      what: 'Time does not go back.',
      facts: { 'it is': new Date(now).toISOString(), 'asked for': new Date(target).toISOString() },
      fix: 'advance to an instant in the future, or create the application with an earlier `now`.',
    });
  }
}
