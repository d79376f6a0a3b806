import { formatDuration } from '../contracts/Duration';
import { DaemonryError } from './DaemonryError';

/** The ordinary services were not disposed in the time that was left. */
export class DisposalTimeoutError extends DaemonryError {
  constructor(readonly timeoutMs: number) {
    super('DISPOSAL_TIMEOUT', {
      what: `Ordinary services were not disposed within ${formatDuration(timeoutMs)}: one of them hangs.`,
      fix: 'limit in time what their dispose methods wait for, or raise shutdown.grace.',
    });
  }
}
