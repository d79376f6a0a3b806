import type { ListenerLogger } from 'daemonry';
import type * as Slack from '@slack/web-api';
import type { WebClientOptions } from '@slack/web-api';

import { isObject } from '../shared/fields';
import { boundedFetch } from '../shared/http';
import { loadOptional } from '../shared/packages';
import { SlackTransportError } from './errors';

/** Loads Slack's library. @throws PackageMissingError */
export const loadSlack = (): typeof Slack =>
  loadOptional(
    { name: '@slack/web-api', major: 8, neededBy: 'The Slack client', otherwise: 'configure no slack.botToken' },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('@slack/web-api') as typeof Slack,
  );

const MAX_ANSWER_BYTES = 1_048_576;
const RETRY_AFTER_DEFAULT_S = 1;

/**
 * Makes the `fetch` for one call by Slack's library, which misreads other answers than these: one with 200 is a JSON object
 * that says if it is `ok`, and a 429 has a number of seconds to wait.
 *
 * The function rejects with SlackTransportError for an unusable answer, and with another error when there was none.
 */
export function slackFetch(method: string, signal: AbortSignal): typeof fetch {
  const call = boundedFetch({ maxBytes: MAX_ANSWER_BYTES, signal });
  return async (input, init) => {
    const answer = await call(input, init);
    const { status, headers } = answer;
    if (status === 200 && !isOfSlack(await answer.clone().text())) {
      throw new SlackTransportError(method, 'the answer is none of Slack, which is a JSON object with "ok"', status);
    }
    if (status === 429 && !/^\d+$/.test(headers.get('retry-after') ?? '')) {
      headers.set('retry-after', String(RETRY_AFTER_DEFAULT_S));
    }
    return answer;
  };
}

function isOfSlack(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && typeof value['ok'] === 'boolean';
  } catch {
    return false; // not JSON: the caller says so
  }
}

type SlackLogger = NonNullable<WebClientOptions['logger']>;

const nothing = (): void => undefined;

/**
 * Makes the logger of Slack's library. Warnings and errors go to `log`, through `redact`. Details are dropped, because they
 * hold the posted messages.
 */
export function slackLogger(log: ListenerLogger, redact: (text: string) => string): SlackLogger {
  const warn = (...said: unknown[]): void => {
    const text = said.filter((part) => typeof part === 'string').join(': ');
    log.warn(`Slack: ${redact(text)}`);
  };
  return {
    debug: nothing,
    info: nothing,
    warn,
    error: warn,
    setLevel: nothing,
    setName: nothing,
    // A value of the library's enum, which does not exist before the library is loaded.
    getLevel: () => 'warn' as ReturnType<SlackLogger['getLevel']>,
  };
}
