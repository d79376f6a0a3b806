import { DaemonryError } from './DaemonryError';
import { didYouMean } from './suggest';

/** Thrown for a name that no listener has. */
export class UnknownListenerError extends DaemonryError {
  constructor(
    readonly listenerName: string,
    known: readonly string[],
  ) {
    super('UNKNOWN_LISTENER', {
      what: `There is no listener named "${listenerName}".${didYouMean(listenerName, known)}`,
      facts: { known: known.length === 0 ? 'none' : known.join(', ') },
      fix: 'use one of the known names.',
    });
  }
}
