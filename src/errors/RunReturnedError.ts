import { DaemonryError } from './DaemonryError';

/** A `run` body returned although nothing had asked it to. */
export class RunReturnedError extends DaemonryError {
  constructor(readonly listenerName: string) {
    super('RUN_RETURNED', {
      what: `The run body of "${listenerName}" returned before the stop.`,
      fix: 'let run go on until its signal aborts; work that ends belongs into startup or a task.',
    });
  }
}
