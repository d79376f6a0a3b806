import { AuditLog, type AuditEvent, type AuditEventType } from '@daemonry/modules/audit_log';
import type { createTestApplication } from 'daemonry/testing';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;

/** The events of some types in the application's audit log, oldest first. */
export async function auditRows<T extends AuditEventType>(
  app: TestApplication,
  ...types: readonly T[]
): Promise<readonly AuditEvent<T>[]> {
  const rows: AuditEvent[] = [];
  for await (const event of app.container.get(AuditLog).scan({ types })) rows.push(event);
  return rows as AuditEvent<T>[];
}
