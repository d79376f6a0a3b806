import { DaemonryError } from 'daemonry';

/** The digest of the alerts could not be sent; it is kept, and sent with the next one. */
export class DigestFailedError extends DaemonryError {
  constructor(alerts: number, channel: string, reason: string) {
    super('DIGEST_FAILED', {
      what: 'The digest of the alerts could not be sent; it is kept for the next time.',
      facts: { alerts, channel, reason },
      fix: 'see why the channel fails; to send it now: trigger the task digest_flush of alert_notifier.',
    });
  }
}
