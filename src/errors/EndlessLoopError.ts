import { DaemonryError } from './DaemonryError';

/** Thrown by a virtual clock when timers of one instant go on bringing forth timers of that same instant. */
export class EndlessLoopError extends DaemonryError {
  constructor(
    readonly owner: string,
    now: number,
    rounds: number,
  ) {
    super('ENDLESS_LOOP', {
      what: `Time stands still: ${owner} arms one timer without any delay after the other.`,
      facts: { instant: new Date(now).toISOString(), 'timers in a row': rounds },
      fix: 'wait for longer than 0 ms between the turns of a loop.',
    });
  }
}
