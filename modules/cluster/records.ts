import type { RunRecord } from 'daemonry';

import type { ClusterJob } from './ClusterStore';

/** A record as a job keeps it: with others that the job stands for: due moments before it that were missed. */
interface KeptRecord extends RunRecord {
  readonly earlier?: readonly RunRecord[];
}

/** Puts records into the form in which a job keeps them. The last one is what boards show. */
export function toKept(records: readonly RunRecord[]): KeptRecord | undefined {
  const last = records.at(-1);
  if (last === undefined || records.length === 1) return last;
  return { ...last, earlier: records.slice(0, -1) };
}

/** The records that a job keeps, the newest last; none when nothing, or something else, is in it. */
export function recordsIn({
  returnvalue,
  progress,
}: Pick<ClusterJob, 'returnvalue' | 'progress'>): readonly RunRecord[] {
  const kept = isRecord(returnvalue) ? returnvalue : progress;
  if (!isRecord(kept)) return [];
  const { earlier = [], ...record } = kept;
  return [...earlier, record];
}

function isRecord(value: unknown): value is KeptRecord {
  return typeof value === 'object' && value !== null && 'runId' in value && 'scheduledAt' in value;
}

/** True if a record stands for an instant: as its due moment, or among those that were missed. */
export function standsFor({ scheduledAt, trigger, missed }: RunRecord, at: number): boolean {
  if (missed !== undefined) return Date.parse(missed.from) <= at && at <= Date.parse(missed.to);
  return trigger !== 'manual' && Date.parse(scheduledAt) === at;
}
