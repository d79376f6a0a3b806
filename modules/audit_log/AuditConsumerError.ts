import { DaemonryError } from 'daemonry';

/** A consumer of the audit log was asked for in a way that cannot work. */
export class AuditConsumerError extends DaemonryError<'AUDIT_CONSUMER_INVALID'> {
  constructor(
    readonly consumer: string,
    what: string,
    fix: string,
  ) {
    super('AUDIT_CONSUMER_INVALID', { what, facts: { consumer }, fix });
  }
}
