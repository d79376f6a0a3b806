import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { readState, type SqlRow, StateDatabase } from 'daemonry';
import type { createTestApplication } from 'daemonry/testing';

export interface AuditRow {
  readonly sequence: number;
  readonly type: string;
  readonly source: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The rows of the audit log of the application in `folder`, those of `type` alone; oldest first, and as they are on the disk. */
export async function readAudit(folder: string, type: string): Promise<readonly AuditRow[]> {
  const rows = await readRows(folder, 'audit_log_events');
  return rows
    .filter((row) => row['type'] === type)
    .map(
      (row) => ({ ...row, details: JSON.parse(String(row['details'])) as AuditRow['details'] }) as unknown as AuditRow,
    );
}

/** The details of the rows of `type`. */
export async function auditDetails(folder: string, type: string): Promise<readonly AuditRow['details'][]> {
  return (await readAudit(folder, type)).map(({ details }) => details);
}

/** The state database of a test application whose `state.directory` is `folder`. */
export const stateFile = (folder: string): string => join(folder, 'test.db');

/** All rows of a table of the only state database in `folder`, as on the disk, by their keys; none without file or table. */
export async function readRows(folder: string, table: string): Promise<readonly SqlRow[]> {
  const names = await readdir(folder).catch(() => []);
  const name = names.find((each) => each.endsWith('.db') && !each.endsWith('.lock.db'));
  if (name === undefined) return [];
  return readState(join(folder, name), async (statements) => {
    const isThere = await statements.get('SELECT 1 FROM sqlite_schema WHERE name = ?', [table]);
    return isThere === undefined ? [] : statements.all(`SELECT * FROM ${table} ORDER BY 1`);
  });
}

/** The entries of the message log of the application in `folder`, oldest first. */
export async function readMessages(folder: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows = await readRows(folder, 'message_log_messages');
  return rows.map(({ content }) => JSON.parse(String(content)) as Record<string, unknown>);
}

/** Puts a text in the place of the document that a module has stored. */
export const tamperDocument = (
  app: Awaited<ReturnType<typeof createTestApplication>>,
  owner: string,
  content: string,
): Promise<unknown> =>
  app.container
    .get(StateDatabase)
    .run(`INSERT OR REPLACE INTO ${owner}_document (only, content) VALUES (1, ?)`, [content]);

/** The document that a module of the application in `folder` has stored, as its text; undefined without one. */
export async function readDocument(folder: string, owner: string): Promise<string | undefined> {
  const [row] = await readRows(folder, `${owner}_document`);
  return row && String(row['content']);
}
