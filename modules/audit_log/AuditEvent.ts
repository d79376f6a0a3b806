import { type AUDIT_EVENTS, type INBOUND_STATUSES, type SEVERITIES } from './auditEvents';
import type { DetailsOf } from '../shared/fields';

export type AuditEventType = keyof typeof AUDIT_EVENTS;

/** What the events carry, by type. */
export type AuditDetails = { readonly [T in AuditEventType]: DetailsOf<(typeof AUDIT_EVENTS)[T]> };

/** One event of the log. Its `type` tells what `details` are. */
export type AuditEvent<T extends AuditEventType = AuditEventType> = {
  [K in T]: {
    /** Larger than that of every event before it, also across restarts. */
    readonly sequence: number;
    /** ISO text. */
    readonly at: string;
    readonly type: K;
    /** The listener or the service that appended it. */
    readonly source: string;
    readonly details: AuditDetails[K];
  };
}[T];

export type Severity = (typeof SEVERITIES)[number];
/** What became of a message that came in. */
export type InboundStatus = (typeof INBOUND_STATUSES)[number];
