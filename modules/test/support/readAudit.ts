import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface AuditRow {
  readonly sequence: number;
  readonly type: string;
  readonly source: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The rows of the audit log under `folder`, those of `type` alone; oldest first, and as they are on the disk. */
export async function readAudit(folder: string, type: string): Promise<readonly AuditRow[]> {
  const rows = (await readRows(join(folder, 'audit'))) as unknown as readonly AuditRow[];
  return rows.filter((row) => row.type === type);
}

/** The details of the rows of `type`. */
export async function auditDetails(folder: string, type: string): Promise<readonly AuditRow['details'][]> {
  return (await readAudit(folder, type)).map(({ details }) => details);
}

/** The entries of the message log under `folder`, oldest first. */
export const readMessages = (folder: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  readRows(join(folder, 'messages'));

async function readRows(folder: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.jsonl')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );
}
