import { IsOptional, Matches } from 'class-validator';
import {
  Clock,
  type Duration,
  IsDuration,
  ListenerLogger,
  Secret,
  Settings,
  sleep,
  withDeadline,
  messageOf,
} from 'daemonry';
import { injectable } from 'inversify';

import type { Fields } from '../shared/fields';
import { SecretRemover } from '../shared/text';
import { SAFE_URL } from '../shared/settings';
import { SlackApiError, SlackTransportError } from './errors';
import { loadSlack, slackFetch, slackLogger } from './slackLibrary';

/** Settings of the Slack client, under `slack`. */
@Settings('slack')
export class SlackSettings {
  /** The bot token (`xoxb-…`). Default: none, which disables the client. */
  @Secret()
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,500}$/, { message: 'botToken must be one word of printable ASCII' })
  readonly botToken?: string;

  /** URL of Slack's API, with a slash at its end. */
  @Matches(SAFE_URL, { message: 'apiUrl must be an https URL (http is for loopback only)' })
  @Matches(/\/$/, { message: 'apiUrl must have a slash at its end' })
  readonly apiUrl: string = 'https://slack.com/api/';

  /** Time limit of one call. */
  @IsDuration({ min: '10ms', max: '2m' })
  readonly timeout: Duration = '10s';
}

const LONGEST_RETRY_AFTER_MS = 30_000;
const RETRY_PAUSE_MS = 500;

type SlackLibrary = ReturnType<typeof loadSlack>;
type Arguments = Readonly<Record<string, string | undefined>>;

type Attempt = { readonly ok: true; readonly answer: Fields } | Failure;

interface Failure {
  readonly ok: false;
  readonly error: Error;
  /** Pause before another attempt; `undefined` if another attempt is pointless. */
  readonly retryAfterMs?: number;
}

/** Calls Slack's Web API, with one retry. No error and no log line contains the token. */
@injectable()
export class SlackWebApi {
  readonly #secrets = new SecretRemover();

  constructor(
    private readonly settings: SlackSettings,
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
  ) {}

  /**
   * Calls a method and resolves with Slack's answer. After a 429 it waits as long as Slack says (at most 30 s), after a 5xx
   * or a broken connection half a second, and tries once more. A call whose answer was lost may thus be made twice.
   *
   * @throws SlackApiError, SlackTransportError, PackageMissingError; the signal's reason after it aborts.
   */
  async call(method: string, options: Arguments, signal?: AbortSignal): Promise<Fields> {
    const slack = loadSlack();
    let attempt = await this.#attempt(slack, method, options, signal);
    if (!attempt.ok && attempt.retryAfterMs !== undefined) {
      await sleep(attempt.retryAfterMs, { clock: this.clock, signal });
      attempt = await this.#attempt(slack, method, options, signal);
    }
    if (!attempt.ok) throw attempt.error;
    return attempt.answer;
  }

  async #attempt(slack: SlackLibrary, method: string, options: Arguments, outer?: AbortSignal): Promise<Attempt> {
    const { timeout, botToken, apiUrl } = this.settings;
    const call = async (signal: AbortSignal): Promise<Fields> => {
      // One client per call: the library takes no signal, but its `fetch` can have one.
      const client = new slack.WebClient(botToken, {
        slackApiUrl: apiUrl,
        fetch: slackFetch(method, signal),
        logger: slackLogger(this.log, (text) => this.#redact(text)),
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        allowAbsoluteUrls: false,
      });
      return { ...(await client.apiCall(method, options)) };
    };
    const expired = (): Error => new Error(`no answer within ${String(timeout)}`);
    try {
      return { ok: true, answer: await withDeadline(timeout, call, { clock: this.clock, signal: outer, expired }) };
    } catch (error) {
      outer?.throwIfAborted();
      return this.#failure(slack, method, error as Error);
    }
  }

  #failure(slack: SlackLibrary, method: string, thrown: Error): Failure {
    const failure = (reason: string, status?: number, retryAfterMs?: number): Failure => ({
      ok: false,
      error: new SlackTransportError(method, this.#redact(reason), status),
      retryAfterMs,
    });
    if (thrown instanceof slack.WebAPIPlatformError) {
      return {
        ok: false,
        error: new SlackApiError(method, this.#redact(String(thrown.data.error ?? 'unknown_error'))),
      };
    }
    if (thrown instanceof slack.WebAPIRateLimitedError) {
      const waitMs = thrown.retryAfter * 1_000;
      const retryAfterMs = waitMs > LONGEST_RETRY_AFTER_MS ? undefined : waitMs;
      return failure(`Slack asks to wait for ${thrown.retryAfter} s`, 429, retryAfterMs);
    }
    if (thrown instanceof slack.WebAPIHTTPError) {
      const { statusCode } = thrown;
      return failure(`HTTP ${statusCode}`, statusCode, statusCode >= 500 ? RETRY_PAUSE_MS : undefined);
    }
    const reason = thrown instanceof slack.WebAPIRequestError ? thrown.original : thrown;
    if (reason instanceof SlackTransportError) return { ok: false, error: reason };
    const said = messageOf(reason, (text) => this.#redact(text));
    return failure(said, undefined, RETRY_PAUSE_MS);
  }

  #redact(text: string): string {
    return this.#secrets.redact(text, [this.settings.botToken ?? '']);
  }
}
