import { DaemonryError } from 'daemonry';

/** An event of an unknown type, or with other details than its type declares, was to be appended. Nothing is written. */
export class AuditEventInvalidError extends DaemonryError<'AUDIT_EVENT_INVALID'> {
  constructor(type: string, why: string) {
    super('AUDIT_EVENT_INVALID', {
      what: `This is no event of the audit log: ${why}.`,
      facts: { type },
      fix: 'append the details that AuditDetails declares for the type. A new type is known once AuditEventTypes is bound to it.',
    });
  }
}

/** Two modules register an event type of the same name. */
export class AuditEventTypeTakenError extends DaemonryError<'AUDIT_EVENT_TYPE_TAKEN'> {
  constructor(type: string) {
    super('AUDIT_EVENT_TYPE_TAKEN', {
      what: 'This type of audit event is registered twice.',
      facts: { type },
      fix: 'rename one of them: begin the names of your event types with the name of your module.',
    });
  }
}

/** A consumer of the audit log was asked for in a way that cannot work. */
export class AuditConsumerError extends DaemonryError<'AUDIT_CONSUMER_INVALID'> {
  constructor(
    /** The name of the consumer. */
    readonly consumer: string,
    what: string,
    fix: string,
  ) {
    super('AUDIT_CONSUMER_INVALID', { what, facts: { consumer }, fix });
  }
}

/** The row with the ends of the hash chain was removed from the state database. */
export class AuditChainError extends DaemonryError<'AUDIT_CHAIN_LOST'> {
  constructor() {
    super('AUDIT_CHAIN_LOST', {
      what: 'The audit log has no anchor: the row of its table audit_log_chain was removed.',
      fix: 'restore a backup of the state database; nothing can be appended until then.',
    });
  }
}
