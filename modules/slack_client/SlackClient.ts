import { BackgroundDaemon, type OnStartup, type StartupContext } from 'daemonry';

import { SlackApiError } from './errors';
import { SlackSettings, SlackWebApi } from './SlackWebApi';

/** A message to post. */
export interface SlackMessage {
  /** Id of a channel or a user. */
  readonly channel: string;
  /** In Slack's own markup. */
  readonly text: string;
  /** The `ts` of the message whose thread to post in. Default: no thread. */
  readonly threadTs?: string;
  /** Gives up posting. */
  readonly signal?: AbortSignal;
}

/** A message that was posted. */
export interface PostedMessage {
  /** Id of the channel that it was posted to. */
  readonly channel: string;
  /** Slack's id of the message within its channel. */
  readonly ts: string;
}

/** Posts to Slack. Disabled without a token; with one, the startup checks with Slack that it is valid. */
@BackgroundDaemon({ name: 'slack_client' })
export class SlackClient implements OnStartup {
  constructor(
    private readonly settings: SlackSettings,
    private readonly api: SlackWebApi,
  ) {}

  /** Checks the token. @throws SlackApiError if Slack refuses it; SlackTransportError; PackageMissingError */
  async startup({ signal, log, disable }: StartupContext): Promise<void> {
    if (this.settings.botToken === undefined) {
      disable('no slack.botToken is configured (DAEMONRY__SLACK__BOT_TOKEN)');
      return;
    }
    const { team, user } = await this.api.call('auth.test', {}, signal);
    log.info('Slack accepts the token', { team, user });
  }

  /**
   * Posts a message. When Slack's answer is lost, the message is posted a second time.
   *
   * @throws SlackApiError when Slack refuses it, or when no token is configured; SlackTransportError when Slack cannot be
   * reached or asks to wait for longer than 30 s; the signal's reason after it aborts.
   */
  async postMessage({ channel, text, threadTs, signal }: SlackMessage): Promise<PostedMessage> {
    if (this.settings.botToken === undefined) throw new SlackApiError('chat.postMessage', 'not_authed');
    const answer = await this.api.call('chat.postMessage', { channel, text, thread_ts: threadTs }, signal);
    return { channel: textOf(answer['channel']) ?? channel, ts: textOf(answer['ts']) ?? '' };
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
