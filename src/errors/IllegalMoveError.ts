import { DaemonryError } from './DaemonryError';

/** A state machine was asked for a move that its table does not have: a defect of the framework. */
export class IllegalMoveError extends DaemonryError {
  constructor(subject: string, from: string, to: string) {
    super('ILLEGAL_MOVE', {
      what: `${subject} cannot go from "${from}" to "${to}".`,
      fix: 'report this, with the log of the boot: it is a defect of daemonry.',
    });
  }
}
