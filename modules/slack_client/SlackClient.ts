import { BackgroundDaemon, type OnRun, type OnStartup, type RunContext, type StartupContext } from 'daemonry';

import { SlackApiError, SlackTransportError } from './errors';
import { SlackSettings, SlackWebApi } from './SlackWebApi';

/** A message to post. */
export interface SlackMessage {
  /** Id of a channel or a user. */
  readonly channel: string;
  /** Plain text: nothing in it is a link, a mention or a command. With `markup`, Slack's own markup. */
  readonly text: string;
  /**
   * True if `text` is in Slack's own markup. Never for text that others wrote, a model included: `<!channel>` in it calls
   * everybody, and a link may be shown under another name. @defaultValue false
   */
  readonly markup?: boolean;
  /** False if Slack is not to call the addresses in `text` to show previews of them. @defaultValue as the workspace has it */
  readonly previews?: boolean;
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

/** Refusals that say nothing of the token: Slack, or the workspace, is not well. */
const PASSING = new Set([
  'fatal_error',
  'internal_error',
  'org_login_required',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;
const LONGEST_SLEEP = '1d';

/**
 * Posts to Slack. Disabled without a token; with one, it checks with Slack that it is valid: at the startup and, where Slack
 * cannot be reached then, again and again until it can.
 */
@BackgroundDaemon({ name: 'slack_client' })
export class SlackClient implements OnStartup, OnRun {
  #checked = false;
  #teamId: string | undefined;

  constructor(
    private readonly settings: SlackSettings,
    private readonly api: SlackWebApi,
  ) {}

  /** Id of the workspace of the token; `undefined` while Slack has not told it. */
  get teamId(): string | undefined {
    return this.#teamId;
  }

  /** Checks the token. @throws SlackApiError if Slack refuses it; PackageMissingError */
  async startup({ signal, log, disable }: StartupContext): Promise<void> {
    if (this.settings.botToken === undefined) {
      disable('no slack.botToken is configured (DAEMONRY__SLACK__BOT_TOKEN)');
      return;
    }
    await this.#check({ signal, log });
  }

  /** Checks the token until Slack has answered. A token that Slack refuses ends the daemon. @throws SlackApiError */
  async run({ signal, log, sleep }: RunContext): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; !this.#checked; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await sleep(pause);
      await this.#check({ signal, log });
    }
    // A virtual clock waits for whatever does not sleep.
    while (!signal.aborted) await sleep(LONGEST_SLEEP);
  }

  /**
   * Posts a message. When Slack's answer is lost, the message is posted a second time.
   *
   * @throws SlackApiError when Slack refuses it, or when no token is configured; SlackTransportError when Slack cannot be
   * reached or asks to wait for longer than 30 s; the signal's reason after it aborts.
   */
  async postMessage(message: SlackMessage): Promise<PostedMessage> {
    const { channel, text, markup = false, previews, threadTs, signal } = message;
    if (this.settings.botToken === undefined) throw new SlackApiError('chat.postMessage', 'not_authed');
    const shown = previews === undefined ? undefined : String(previews);
    const options = {
      channel,
      text: markup ? text : escapeMarkup(text),
      thread_ts: threadTs,
      unfurl_links: shown,
      unfurl_media: shown,
    };
    const answer = await this.api.call('chat.postMessage', options, signal);
    return { channel: textOf(answer['channel']) ?? channel, ts: textOf(answer['ts']) ?? '' };
  }

  async #check({ signal, log }: Pick<StartupContext, 'signal' | 'log'>): Promise<void> {
    try {
      const { team, user, team_id: teamId } = await this.api.call('auth.test', {}, signal);
      this.#checked = true;
      this.#teamId = textOf(teamId);
      log.info('Slack accepts the token', { team, user });
    } catch (error) {
      const isPassing =
        error instanceof SlackTransportError || (error instanceof SlackApiError && PASSING.has(error.slackCode));
      if (!isPassing) throw error;
      log.warn('Slack could not check the token; it is tried again', { error });
    }
  }
}

/** Slack's own rule: three characters begin or end everything that is not plain text. */
const escapeMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
