export type { AuditConsumer, DeliverOptions, Delivery } from './AuditConsumer';
export { AuditConsumerError, AuditEventInvalidError, AuditEventTypeTakenError, AuditWriteError } from './errors';
export { type AuditDetailsOf, type AuditEventTable, AuditEventTypes, field } from './AuditEventTypes';
// The star lets modules merge their events into AuditDetails under the name of this package.
export * from './auditEvents';
export { AuditLog, type AuditScanOptions, AuditLogSettings, type AuditTail } from './AuditLog';
export { auditLogModule } from './module';
