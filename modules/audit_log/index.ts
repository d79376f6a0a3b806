export type { AuditConsumer, DeliverOptions, Delivery } from './AuditConsumer';
export { AuditChainError, AuditConsumerError, AuditEventInvalidError, AuditEventTypeTakenError } from './errors';
export { type AuditDetailsOf, type AuditEventTable, AuditEventTypes, field } from './AuditEventTypes';
// The star lets modules merge their events into AuditDetails under the name of this package.
export * from './auditEvents';
export { type AuditAppend, AuditLog, type AuditScanOptions, AuditLogSettings } from './AuditLog';
export type { AuditTail } from './AuditReader';
export { auditLogModule } from './module';
