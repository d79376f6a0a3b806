import { Available, type Availability, limited, ListenerLogger, describeError } from 'daemonry';
import { injectable } from 'inversify';

import { AuditLog } from '../audit_log/AuditLog';
import { MessageLog } from '../message_log/MessageLog';
import { ReasoningEngine } from '../reasoning_engine/ReasoningEngine';
import { SlackClient } from '../slack_client/SlackClient';
import type { SlackQuestion } from './slackEvent';

interface Reply {
  readonly text: string;
  readonly madeBy: 'engine' | 'snapshot' | 'fallback';
}

/** Answers what people say in Slack: asks the reasoning engine, posts its answer, and logs both messages. */
@injectable()
export class SlackAnswers {
  constructor(
    @Available(ReasoningEngine) private readonly engine: Availability<ReasoningEngine>,
    @Available(SlackClient) private readonly slack: Availability<SlackClient>,
    private readonly messages: MessageLog,
    private readonly audit: AuditLog,
    private readonly log: ListenerLogger,
  ) {}

  /** Rejects when the answer could not be posted, and when something could not be logged. */
  async answer(question: SlackQuestion, signal: AbortSignal): Promise<void> {
    const { user, text } = question;
    const message = { channel: 'slack', route: 'slack_dm', counterpart: user } as const;
    await this.messages.append({ ...message, direction: 'in', status: 'received', text });
    const reply = await this.#ask(text, signal);
    const answered = { ...message, direction: 'out', text: reply.text, question: text, madeBy: reply.madeBy } as const;
    try {
      await this.#post(question, reply.text, signal);
    } catch (error) {
      const reason = describeError(error);
      await this.messages.append({ ...answered, status: 'failed', reason });
      await this.audit.tell('slack.reply_failed', { channel: question.channel, error: reason }, { source: 'webhooks' });
      throw error;
    }
    await this.messages.append({ ...answered, status: 'sent' });
  }

  async #ask(question: string, signal: AbortSignal): Promise<Reply> {
    const engine = this.engine.current();
    if (engine.state !== 'ready')
      return { text: 'I cannot answer now: the reasoning engine does not run.', madeBy: 'fallback' };
    const answer = await engine.instance.respond({ question, route: 'slack_dm', signal });
    if (!answer.ok) {
      this.log.info(`A question was not answered: ${answer.code}`, limited('webhooks: refused questions'));
      return { text: answer.text, madeBy: 'fallback' };
    }
    return { text: answer.text, madeBy: answer.source === 'model' ? 'engine' : 'snapshot' };
  }

  async #post({ channel, threadTs }: SlackQuestion, text: string, signal: AbortSignal): Promise<void> {
    const slack = this.slack.current();
    if (slack.state !== 'ready')
      throw new Error(`slack_client cannot post: ${slack.state === 'disabled' ? slack.reason : slack.state}`);
    // A model can be made to write the address of a stranger; a preview would call it.
    await slack.instance.postMessage({
      channel,
      text,
      previews: false,
      signal,
      ...(threadTs === undefined ? {} : { threadTs }),
    });
  }
}
