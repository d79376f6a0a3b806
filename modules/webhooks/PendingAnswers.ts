import type { IncomingHttpHeaders } from 'node:http';

import { limited, ListenerLogger, describeError } from 'daemonry';
import { injectable } from 'inversify';

import { DeadLetters } from './DeadLetters';
import { SeenCalls } from './SeenCalls';
import { SlackAnswers } from './SlackAnswers';
import type { SlackQuestion } from './slackEvent';

/**
 * The questions that Slack was told are taken, and that are not answered yet: Slack waits three seconds for an answer to
 * its call, and a model takes longer. One that fails, also because the application stops, leaves a dead letter; so does one
 * that the death of the process has cut off, and it is answered after the restart.
 */
@injectable()
export class PendingAnswers {
  readonly #pending = new Set<Promise<void>>();
  #stop = new AbortController();

  constructor(
    private readonly seen: SeenCalls,
    private readonly answers: SlackAnswers,
    private readonly deadLetters: DeadLetters,
    private readonly log: ListenerLogger,
  ) {}

  /** Takes up what the process before has left open, each question once. @throws StateError */
  async open(): Promise<void> {
    this.#stop = new AbortController();
    for (const question of await this.seen.open()) {
      await this.deadLetters.write({ webhook: 'slack', reason: 'slack_interrupted', status: 200, headers: {} });
      // First of all: should it be what ended the process, it shall not do so again.
      await this.seen.settle(question);
      this.take(question, {});
    }
  }

  /** Begins to answer; returns at once. */
  take(question: SlackQuestion, headers: IncomingHttpHeaders): void {
    const answering = this.#answer(question, headers);
    this.#pending.add(answering);
    void answering.finally(() => this.#pending.delete(answering));
  }

  /** Aborts what is not answered, and resolves once its dead letters are written. */
  async close(): Promise<void> {
    this.#stop.abort(new Error('The application stops.'));
    await Promise.all(this.#pending);
  }

  async #answer(question: SlackQuestion, headers: IncomingHttpHeaders): Promise<void> {
    try {
      await this.answers.answer(question, this.#stop.signal);
    } catch (error) {
      this.log.error('A question from Slack was not answered', {
        eventId: question.eventId,
        error,
        ...limited('webhooks: unanswered questions'),
      });
      await this.deadLetters.write({
        webhook: 'slack',
        reason: `slack_handler_error: ${describeError(error)}`,
        status: 200,
        headers,
      });
    }
    try {
      await this.seen.settle(question);
    } catch (error) {
      this.log.error('A question that is done with stays among the open ones', {
        eventId: question.eventId,
        error,
        ...limited('webhooks: open questions'),
      });
    }
  }
}
