import { DaemonryError } from 'daemonry';

/** An id names no alert that stands at present. */
export class AlertUnknownError extends DaemonryError<'ALERT_UNKNOWN'> {
  constructor(readonly id: string) {
    super('ALERT_UNKNOWN', {
      what: 'There is no such alert at present.',
      facts: { id: id.slice(0, 200) },
      fix: 'take the id from GET /api/alerts; an alert that stands no more need not be acknowledged.',
    });
  }
}
