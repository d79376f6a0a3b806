import { readFile } from 'node:fs/promises';

import { codeOf } from 'daemonry';

import { OVERALL_STATUSES, SCHEMA_VERSION, type SnapshotDocument, type SnapshotSections } from './SnapshotDocument';

const SECTIONS: readonly (keyof SnapshotSections)[] = [
  'application',
  'listeners',
  'health',
  'process',
  'runs',
  'probes',
  'operationalState',
  'activeAlerts',
  'costLadder',
  'costTelemetry',
  'events',
];

/** How old a snapshot may be. */
export interface ReadSnapshotOptions {
  /** Milliseconds after which a snapshot is stale. */
  readonly maxAgeMs: number;
  /** Epoch ms. */
  readonly now: number;
}

/**
 * The snapshot in the file at `path`; `undefined` when there is none, or it is malformed, older than `maxAgeMs`, or of the
 * future. Rejects when the file is there and cannot be read.
 */
export async function readSnapshot(
  path: string,
  { maxAgeMs, now }: ReadSnapshotOptions,
): Promise<SnapshotDocument | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  const document = text === undefined ? undefined : parse(text);
  if (document === undefined) return undefined;
  const ageMs = now - Date.parse(document.computedAt);
  return ageMs >= 0 && ageMs <= maxAgeMs ? document : undefined;
}

function parse(text: string): SnapshotDocument | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isSnapshot(value) ? value : undefined;
}

function isSnapshot(value: unknown): value is SnapshotDocument {
  if (typeof value !== 'object' || value === null) return false;
  const document = value as Partial<SnapshotDocument>;
  return (
    document.schemaVersion === SCHEMA_VERSION &&
    OVERALL_STATUSES.includes(document.overall as SnapshotDocument['overall']) &&
    !Number.isNaN(Date.parse(String(document.computedAt))) &&
    Array.isArray(document.alerts) &&
    SECTIONS.every((name) => isSection(document[name], name === 'listeners'))
  );
}

function isSection(section: unknown, isList: boolean): boolean {
  if (section === 'unknown') return true;
  return isList ? Array.isArray(section) : typeof section === 'object' && section !== null;
}
