import { Available, type Availability, Clock } from 'daemonry';
import { injectable } from 'inversify';

import { errorText } from '../shared/errorText';
import { Snapshot } from '../snapshot/Snapshot';
import { type Answer, refusal } from './Answer';
import type { ReasoningProvider } from './ReasoningProvider';
import { answerFromSnapshot, HELP } from './answerFromSnapshot';

/** Answers questions about the state of the application from its snapshot, without a model. */
@injectable()
export class LocalProvider implements ReasoningProvider {
  constructor(
    @Available(Snapshot) private readonly snapshot: Availability<Snapshot>,
    private readonly clock: Clock,
  ) {}

  async answer(question: string): Promise<Answer> {
    if (/^\W*help\W*$|what can (i ask|you (do|answer))/i.test(question))
      return { ok: true, text: HELP, source: 'help' };

    const snapshot = this.snapshot.current();
    switch (snapshot.state) {
      case 'ready':
        return this.#answerFrom(snapshot.instance, question);
      case 'disabled':
        return refusal('snapshot_missing', `There is no snapshot: it is disabled (${snapshot.reason}).`);
      case 'failed':
        return refusal('snapshot_missing', `There is no snapshot: it failed (${snapshot.error.message}).`);
      case 'stopped':
        return refusal('snapshot_missing', 'There is no snapshot: the daemon that writes it does not run.');
    }
  }

  async #answerFrom(snapshot: Snapshot, question: string): Promise<Answer> {
    try {
      const document = await snapshot.readSnapshot();
      if (document !== undefined) return answerFromSnapshot(document, question, this.clock.now());
      return refusal(
        'snapshot_missing',
        `There is no fresh snapshot in ${snapshot.path}: it is missing, stale or damaged.`,
      );
    } catch (error) {
      return refusal('snapshot_unreadable', `The snapshot cannot be read: ${errorText(error)}`);
    }
  }
}
