import { DaemonryError } from 'daemonry';

import { LogWriteError } from '../shared/logs/LogLock';

/** What was to be appended is not one of the events, or does not carry what that event carries. Nothing is written. */
export class AuditEventInvalidError extends DaemonryError<'AUDIT_EVENT_INVALID'> {
  constructor(type: string, why: string) {
    super('AUDIT_EVENT_INVALID', {
      what: `This is no event of the audit log: ${why}.`,
      facts: { type },
      fix: 'append what AuditDetails says of the type; a new type is a row in modules/audit_log/auditEvents.ts.',
    });
  }
}

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

/** An event could not be appended to the audit log, or a consumer's cursor could not be stored. */
export class AuditWriteError extends LogWriteError {}
