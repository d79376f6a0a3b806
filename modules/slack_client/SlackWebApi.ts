import { Clock, durationMs } from 'daemonry';
import { injectable } from 'inversify';

import { deadline } from '../shared/deadline';
import { fetchFailure } from '../shared/fetchFailure';
import { pause } from '../shared/pause';
import { redact } from '../shared/redact';
import { SlackApiError } from './SlackApiError';
import { SlackSettings } from './SlackSettings';
import { SlackTransportError } from './SlackTransportError';

const RETRY_AFTER_DEFAULT_MS = 1_000;
const LONGEST_RETRY_AFTER_MS = 30_000;
const RETRY_PAUSE_MS = 500;

type Attempt =
  | { readonly kind: 'answered'; readonly body: Record<string, unknown> }
  | { readonly kind: 'failed'; readonly error: SlackTransportError; readonly retryAfterMs?: number };

/** Calls Slack's Web API, with the one retry that is worth it. The token is in no error. */
@injectable()
export class SlackWebApi {
  constructor(
    private readonly settings: SlackSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * Calls a method and resolves with Slack's answer. After a 429 it waits as long as Slack says (at most 30 s), after a 5xx
   * or a broken connection half a second, and tries once more: so a call whose answer was lost may be made twice.
   *
   * @throws SlackApiError, SlackTransportError; the signal's reason, once it aborts.
   */
  async call(
    method: string,
    body: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<Record<string, unknown>> {
    let attempt = await this.#attempt(method, body, signal);
    if (attempt.kind === 'failed' && attempt.retryAfterMs !== undefined) {
      await pause(this.clock, attempt.retryAfterMs, signal);
      attempt = await this.#attempt(method, body, signal);
    }
    if (attempt.kind === 'failed') throw attempt.error;
    const { ok, error } = attempt.body;
    if (ok === true) return attempt.body;
    throw new SlackApiError(method, this.#redact(typeof error === 'string' ? error : 'unknown_error'));
  }

  async #attempt(method: string, body: Readonly<Record<string, unknown>>, outer?: AbortSignal): Promise<Attempt> {
    outer?.throwIfAborted();
    const timeout = new Error(`no answer within ${String(this.settings.timeout)}`);
    const { signal, clear } = deadline(this.clock, durationMs(this.settings.timeout), timeout, outer);
    try {
      const response = await fetch(new URL(method, this.settings.apiUrl), {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.settings.botToken ?? ''}`,
          'content-type': 'application/json; charset=utf-8',
          connection: 'close',
        },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal,
      });
      return await readAnswer(method, response);
    } catch (error) {
      outer?.throwIfAborted();
      const reason = this.#redact(signal.aborted ? timeout.message : fetchFailure(error).text);
      return { kind: 'failed', error: new SlackTransportError(method, reason), retryAfterMs: RETRY_PAUSE_MS };
    } finally {
      clear();
    }
  }

  #redact(text: string): string {
    return redact(text, [this.settings.botToken ?? '']);
  }
}

async function readAnswer(method: string, response: Response): Promise<Attempt> {
  const { status } = response;
  const failed = (reason: string, retryAfterMs?: number): Attempt => ({
    kind: 'failed',
    error: new SlackTransportError(method, reason, status),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  if (status >= 200 && status <= 299) {
    const body = parseObject(await response.text());
    return body === undefined ? failed('the answer is no JSON object') : { kind: 'answered', body };
  }
  await response.body?.cancel();
  if (status === 429) {
    const waitMs = retryAfter(response);
    const reason = `Slack asks to wait for ${waitMs / 1_000} s`;
    return waitMs > LONGEST_RETRY_AFTER_MS ? failed(reason) : failed(reason, waitMs);
  }
  return status >= 500 ? failed(`HTTP ${status}`, RETRY_PAUSE_MS) : failed(`HTTP ${status}`);
}

function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : RETRY_AFTER_DEFAULT_MS;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // not JSON: the caller says so
  }
}
