import { Available, type Availability, Clock } from 'daemonry';
import { injectable } from 'inversify';

import { Snapshot } from '../snapshot/Snapshot';
import type { Answer } from './Answer';
import { answerFromSnapshot, HELP } from './answerFromSnapshot';
import { currentSnapshot } from './currentSnapshot';
import type { AcceptedQuestion, Answerer, ReasoningProvider } from './ReasoningProvider';

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
