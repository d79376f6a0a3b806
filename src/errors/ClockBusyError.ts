import { DaemonryError } from './DaemonryError';

/** Thrown by a virtual clock that is told to move while it moves already. */
export class ClockBusyError extends DaemonryError {
  constructor(call: string, running: string, at: string | undefined) {
    super('CLOCK_BUSY', {
      what: `${call} was called while ${running} has not come to its end.`,
      facts: { [`${running} was called at`]: at },
      fix: 'await every call that moves the clock before the next; inside a hook, wait with ctx.sleep instead.',
    });
  }
}
