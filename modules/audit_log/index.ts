export type { AuditConsumer, DeliverOptions, Delivery } from './AuditConsumer';
export { AuditConsumerError, AuditEventInvalidError, AuditWriteError } from './errors';
export {
  type AuditDetails,
  type AuditEvent,
  type AuditEventType,
  type InboundStatus,
  type Severity,
  INBOUND_STATUSES,
  SEVERITIES,
} from './auditEvents';
export { AuditLog, type AuditScanOptions, AuditLogSettings, type AuditTail } from './AuditLog';
export { auditLogModule } from './module';
