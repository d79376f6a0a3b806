import { type Availability, Available, Clock, messageOf, describeError } from 'daemonry';
import { injectable } from 'inversify';

import { Snapshot } from '../snapshot/Snapshot';
import type { SnapshotDocument } from '../snapshot/SnapshotDocument';
import {
  type AcceptedQuestion,
  type Answer,
  type Answerer,
  type ReasoningProvider,
  type Refusal,
  refusal,
} from './Answer';
import { answerFromSnapshot, HELP } from './answerFromSnapshot';

/** Answers questions about the state of the application from its snapshot, without a model. */
@injectable()
export class LocalProvider implements ReasoningProvider, Answerer {
  constructor(
    @Available(Snapshot) private readonly snapshot: Availability<Snapshot>,
    private readonly clock: Clock,
  ) {}

  open(): Answerer {
    return this;
  }

  async answer({ question }: AcceptedQuestion): Promise<Answer> {
    if (/^\W*help\W*$|what can (i ask|you (do|answer))/i.test(question)) {
      return { ok: true, text: HELP, source: 'help', toolCalls: 0 };
    }
    const snapshot = await currentSnapshot(this.snapshot);
    return snapshot.ok ? answerFromSnapshot(snapshot.document, question, this.clock.now()) : snapshot;
  }
}

/** A snapshot, or the refusal that says why there is none. */
export type CurrentSnapshot = { readonly ok: true; readonly document: SnapshotDocument } | Refusal;

/** Reads the latest snapshot. */
export async function currentSnapshot(availability: Availability<Snapshot>): Promise<CurrentSnapshot> {
  const snapshot = availability.current();
  switch (snapshot.state) {
    case 'ready':
      return read(snapshot.instance);
    case 'disabled':
      return refusal('snapshot_missing', `There is no snapshot: it is disabled (${snapshot.reason}).`);
    case 'failed':
      return refusal('snapshot_missing', `There is no snapshot: it failed (${messageOf(snapshot.error)}).`);
    case 'restarting':
      return refusal('snapshot_missing', `There is no snapshot: it is started again (${messageOf(snapshot.error)}).`);
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
    return refusal('snapshot_unreadable', `The snapshot cannot be read: ${describeError(error)}`);
  }
}
