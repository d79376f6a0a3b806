import { Available, type Availability, ListenerLogger } from 'daemonry';
import { injectable } from 'inversify';

import type { MessageMaker } from '../message_log/LoggedMessage';
import { MessageLog } from '../message_log/MessageLog';
import { cutText } from '../shared/cutText';
import { errorText } from '../shared/errorText';
import { OperatorSettings } from '../shared/OperatorSettings';
import type { Route } from '../shared/routes';
import { SlackClient } from '../slack_client/SlackClient';

/** Slack shows no more of a message in one piece. */
const LONGEST_TEXT = 3_500;

export interface OperatorPost {
  /** Plain text: nothing in it is a link, a mention or a command. Cut at 3500 characters. */
  readonly text: string;
  readonly route: Route;
  readonly madeBy: MessageMaker;
  /** What it answers. */
  readonly question?: string;
  readonly signal: AbortSignal;
}

export type Posted =
  | { readonly status: 'sent' }
  | { readonly status: 'failed'; readonly error: string; readonly channel: string }
  /** Nothing was tried, because something is not configured or does not run. */
  | { readonly status: 'unavailable'; readonly error: string };

/** Tells the operator by Slack. */
@injectable()
export class OperatorSlack {
  constructor(
    @Available(SlackClient) private readonly slack: Availability<SlackClient>,
    private readonly operator: OperatorSettings,
    private readonly messages: MessageLog,
    private readonly log: ListenerLogger,
  ) {}

  /** What is not configured, so that nothing will ever be posted; `undefined` when all of it is. */
  get notConfigured(): string | undefined {
    if (this.operator.slackUser === undefined) return 'no operator.slackUser is configured';
    const slack = this.slack.current();
    return slack.state === 'disabled' ? `slack_client is disabled: ${slack.reason}` : undefined;
  }

  /**
   * Posts to `operator.slackUser`. What goes wrong is a result. Each attempt is in the message log.
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

  /** What went wrong, if anything. */
  async #attempt(slack: SlackClient, channel: string, { text, signal }: OperatorPost): Promise<string | undefined> {
    try {
      await slack.postMessage({ channel, text: escapeSlack(cutText(text, LONGEST_TEXT)), signal });
      return undefined;
    } catch (error) {
      return errorText(error).split('\n', 1)[0] ?? '';
    }
  }

  /** What is sent stays sent, also when it cannot be recorded. */
  async #record(counterpart: string, { text, route, madeBy, question }: OperatorPost, reason?: string): Promise<void> {
    try {
      await this.messages.append({
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
    } catch (error) {
      this.log.error('A message to the operator could not be recorded', { error });
    }
  }
}

/** Plain text as Slack wants it: so that `<!channel>` in it calls nobody. */
export const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
