import type { Availability } from 'daemonry';

import { errorText } from '../shared/errorText';
import type { Snapshot } from '../snapshot/Snapshot';
import type { SnapshotDocument } from '../snapshot/SnapshotDocument';
import { type Refusal, refusal } from './Answer';

export type CurrentSnapshot = { readonly ok: true; readonly document: SnapshotDocument } | Refusal;

/** The latest snapshot, or why there is none. */
export async function currentSnapshot(availability: Availability<Snapshot>): Promise<CurrentSnapshot> {
  const snapshot = availability.current();
  switch (snapshot.state) {
    case 'ready':
      return read(snapshot.instance);
    case 'disabled':
      return refusal('snapshot_missing', `There is no snapshot: it is disabled (${snapshot.reason}).`);
    case 'failed':
      return refusal('snapshot_missing', `There is no snapshot: it failed (${snapshot.error.message}).`);
    case 'stopped':
      return refusal('snapshot_missing', 'There is no snapshot: the daemon that writes it does not run.');
  }
}

async function read(snapshot: Snapshot): Promise<CurrentSnapshot> {
  try {
    const document = await snapshot.readSnapshot();
    if (document !== undefined) return { ok: true, document };
    return refusal(
      'snapshot_missing',
      `There is no fresh snapshot in ${snapshot.path}: it is missing, stale or damaged.`,
    );
  } catch (error) {
    return refusal('snapshot_unreadable', `The snapshot cannot be read: ${errorText(error)}`);
  }
}
