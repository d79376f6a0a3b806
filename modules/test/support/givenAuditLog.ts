import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type AuditEvent, AuditLog, auditLogModule, type AuditScanOptions } from '@daemonry/modules/audit_log';
import { promotionsModule } from '@daemonry/modules/promotions';
import { type ApplicationOptions, type ModuleDefinition, type SqlValue, StateDatabase } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { stateFile } from './readAudit';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;

export interface AuditLogOptions {
  /** Default: a new one. */
  readonly data?: string;
  readonly settings?: Record<string, unknown>;
  readonly now?: string;
  /** Default: the audit log, and the promotions with their events. */
  readonly modules?: readonly ModuleDefinition[];
  readonly listeners?: Exclude<ApplicationOptions['listeners'], undefined>;
  /** More of the configuration. */
  readonly values?: Record<string, unknown>;
}

const running = new Set<TestApplication>();
const folders: string[] = [];

export async function givenFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'audit-'));
  folders.push(folder);
  return folder;
}

/** An application with the audit log; its files in a folder of its own. */
export async function givenAuditLog({
  data,
  settings = {},
  now = '2030-01-01T00:00:00Z',
  modules = [auditLogModule(), promotionsModule()],
  listeners = [],
  values = {},
}: AuditLogOptions = {}) {
  const directory = data ?? (await givenFolder());
  const app = await createTestApplication({
    now,
    modules,
    listeners,
    config: { values: { state: { directory }, audit_log: settings, ...values } },
  });
  running.add(app);
  await app.start();
  const audit = app.container.get(AuditLog);
  return {
    app,
    audit,
    data: directory,
    file: stateFile(directory),
    /** Changes the tables as somebody does who has the file. */
    tamper: (sql: string, ...parameters: readonly SqlValue[]) => app.container.get(StateDatabase).run(sql, parameters),
    stop: async () => {
      running.delete(app);
      await app.stop();
    },
    /** The log as another application finds it after this one has stopped. */
    restart: async (options: Omit<AuditLogOptions, 'data'> = {}) => {
      running.delete(app);
      await app.stop();
      return givenAuditLog({ settings, now, modules, ...options, data: directory });
    },
  };
}

export async function endAuditLogs(): Promise<void> {
  for (const app of running) await app.stop();
  running.clear();
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
}

export async function scanned(audit: AuditLog, options: AuditScanOptions = {}): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for await (const event of audit.scan(options)) events.push(event);
  return events;
}

/** Appends an event whose `code` tells it from others. */
export const appendCode = (audit: AuditLog, code: string): Promise<AuditEvent> =>
  audit.append('reasoning.refused', { route: 'unknown', code }, { source: 'test' });

/** The codes of such events, in order. */
export const codesOf = (events: readonly AuditEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'reasoning.refused' ? [event.details.code] : []));
