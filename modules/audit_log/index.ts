import { ContainerModule } from 'inversify';

import { bindAuditLog } from './bindAuditLog';

/** The append-only audit log, to inject as `AuditLog`. */
export function auditLogModule(): ContainerModule {
  return new ContainerModule(bindAuditLog);
}

export { bindAuditLog };
export type { AuditConsumer, DeliverOptions, Delivery } from './AuditConsumer';
export { AuditConsumerError } from './AuditConsumerError';
export type { AuditDetails, AuditEvent, AuditEventType, InboundStatus, PromotionLoop, Severity } from './AuditEvent';
export { AuditEventInvalidError } from './AuditEventInvalidError';
export { INBOUND_STATUSES, PROMOTION_LOOPS, SEVERITIES } from './auditEvents';
export { AuditLog, type AuditScanOptions } from './AuditLog';
export { AuditLogSettings } from './AuditLogSettings';
export type { AuditTail } from './AuditTail';
export { AuditWriteError } from './AuditWriteError';
