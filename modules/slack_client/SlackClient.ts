import { BackgroundDaemon, type OnStartup, type StartupContext } from 'daemonry';

import { SlackApiError } from './errors';
import { SlackSettings, SlackWebApi } from './SlackWebApi';

export interface SlackMessage {
  /** A channel's or a user's id. */
  readonly channel: string;
  readonly text: string;
  /** The `ts` of the message in whose thread this one is to stand. Default: in none. */
  readonly threadTs?: string;
  readonly signal?: AbortSignal;
}

export interface PostedMessage {
  readonly channel: string;
  /** Slack's id of the message in its channel. */
  readonly ts: string;
}

/** Posts to Slack. Disabled without a token; with one, its startup asks Slack whether the token is good. */
@BackgroundDaemon({ name: 'slack_client' })
export class SlackClient implements OnStartup {
  constructor(
    private readonly settings: SlackSettings,
    private readonly api: SlackWebApi,
  ) {}

  /** @throws SlackApiError for a token that Slack refuses; SlackTransportError; PackageMissingError */
  async startup({ signal, log, disable }: StartupContext): Promise<void> {
    if (this.settings.botToken === undefined) {
      disable('no slack.botToken is configured (DAEMONRY__SLACK__BOT_TOKEN)');
      return;
    }
    const { team, user } = await this.api.call('auth.test', {}, signal);
    log.info('Slack accepts the token', { team, user });
  }

  /**
   * Posts a message. A message whose answer was lost on the way is posted a second time.
   *
   * @throws SlackApiError when Slack refuses it, also when no token is configured; SlackTransportError when Slack cannot be
   * reached or asks to wait for longer than 30 s; the signal's reason, once it aborts.
   */
  async postMessage({ channel, text, threadTs, signal }: SlackMessage): Promise<PostedMessage> {
    if (this.settings.botToken === undefined) throw new SlackApiError('chat.postMessage', 'not_authed');
    const answer = await this.api.call('chat.postMessage', { channel, text, thread_ts: threadTs }, signal);
    return { channel: textOf(answer['channel']) ?? channel, ts: textOf(answer['ts']) ?? '' };
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
