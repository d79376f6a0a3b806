import { type Availability, Available, defineModule, type ModuleDefinition, describeError } from 'daemonry';
import { injectable } from 'inversify';

import type { MessageMaker } from '../message_log/LoggedMessage';
import { MessageLog } from '../message_log/MessageLog';
import { messageLogModule } from '../message_log/module';
import { cutText } from '../shared/text';
import { OperatorSettings } from '../shared/settings';
import type { Route } from '../audit_log/routes';
import { SlackClient } from '../slack_client/SlackClient';

/** Slack splits longer messages. */
export const LONGEST_TEXT = 3_500;

/** A message to the operator. */
export interface OperatorPost {
  /** Plain text: nothing in it is a link, a mention or a command. Cut at 3500 characters. */
  readonly text: string;
  /** The occasion of the message, for the message log. */
  readonly route: Route;
  /** The writer of the text, for the message log. */
  readonly madeBy: MessageMaker;
  /** The question that it answers, for the message log. */
  readonly question?: string;
  /** Gives up posting. */
  readonly signal: AbortSignal;
}

/** The result of posting. */
export type Posted =
  | { readonly status: 'sent' }
  | { readonly status: 'failed'; readonly error: string; readonly channel: string }
  /** Nothing was tried, because something is not configured or does not run. */
  | { readonly status: 'unavailable'; readonly error: string };

/** Posts messages to the operator in Slack. */
@injectable()
export class OperatorSlack {
  constructor(
    @Available(SlackClient) private readonly slack: Availability<SlackClient>,
    private readonly operator: OperatorSettings,
    private readonly messages: MessageLog,
  ) {}

  /** The missing configuration that prevents every post, in words; `undefined` if nothing is missing. */
  get notConfigured(): string | undefined {
    if (this.operator.slackUser === undefined) return 'no operator.slackUser is configured';
    const slack = this.slack.current();
    return slack.state === 'disabled' ? `slack_client is disabled: ${slack.reason}` : undefined;
  }

  /**
   * Posts to `operator.slackUser`. A failure is a result. The message log records each attempt.
   *
   * @throws the signal's reason, when it aborts before the message is sent.
   */
  async post(post: OperatorPost): Promise<Posted> {
    const { slackUser: channel } = this.operator;
    const slack = this.slack.current();
    if (channel === undefined || slack.state !== 'ready') {
      return { status: 'unavailable', error: this.notConfigured ?? `slack_client does not run (${slack.state})` };
    }
    const error = await this.#attempt(slack.instance, channel, post);
    await this.#record(channel, post, error);
    if (error === undefined) return { status: 'sent' };
    post.signal.throwIfAborted();
    return { status: 'failed', error, channel };
  }

  /** Posts once; resolves with the first line of the error, if any. */
  async #attempt(slack: SlackClient, channel: string, { text, signal }: OperatorPost): Promise<string | undefined> {
    try {
      await slack.postMessage({ channel, text: cutText(text, LONGEST_TEXT), signal });
      return undefined;
    } catch (error) {
      return describeError(error).split('\n', 1)[0] ?? '';
    }
  }

  /** Records an attempt: the message is sent already, whether that can be written or not. */
  #record(counterpart: string, { text, route, madeBy, question }: OperatorPost, reason?: string): Promise<void> {
    return this.messages.tell({
      direction: 'out',
      channel: 'slack',
      route,
      counterpart,
      status: reason === undefined ? 'sent' : 'failed',
      text,
      madeBy,
      question,
      reason,
    });
  }
}

const operatorSlack = defineModule('operator_slack', {
  needs: [messageLogModule()],
  bind: ({ bind }) => void bind(OperatorSlack).toSelf(),
});

/** Posts to the operator, to inject as `OperatorSlack`. */
export function operatorSlackModule(): ModuleDefinition {
  return operatorSlack;
}
