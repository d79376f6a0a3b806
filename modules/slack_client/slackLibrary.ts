import type * as Slack from '@slack/web-api';
import type { WebClientOptions } from '@slack/web-api';
import type { ListenerLogger } from 'daemonry';

import { loadOptional } from '../shared/loadOptional';
import { boundedFetch } from '../shared/boundedFetch';
import { SlackTransportError } from './errors';

/** @throws PackageMissingError */
export const loadSlack = (): typeof Slack =>
  loadOptional(
    { name: '@slack/web-api', major: 8, neededBy: 'The Slack client', otherwise: 'configure no slack.botToken' },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('@slack/web-api') as typeof Slack,
  );

const MAX_ANSWER_BYTES = 1_048_576;
const RETRY_AFTER_DEFAULT_S = 1;

/**
 * The `fetch` for one call that Slack's library makes. It passes on only what the library reads as Slack means it: a success
 * is a JSON object, and a 429 says how long to wait.
 *
 * Its function rejects with a SlackTransportError for an answer of no use, and with an error of another kind when none came.
 */
export function slackFetch(method: string, signal: AbortSignal): typeof fetch {
  const call = boundedFetch({ maxBytes: MAX_ANSWER_BYTES, signal });
  return async (input, init) => {
    const answer = await call(input, init);
    const { status, headers } = answer;
    if (status === 200 && !isJsonObject(await answer.clone().text())) {
      throw new SlackTransportError(method, 'the answer is no JSON object', status);
    }
    if (status === 429 && !/^\d+$/.test(headers.get('retry-after') ?? '')) {
      headers.set('retry-after', String(RETRY_AFTER_DEFAULT_S));
    }
    return answer;
  };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false; // not JSON: the caller says so
  }
}

type SlackLogger = NonNullable<WebClientOptions['logger']>;

const nothing = (): void => undefined;

/**
 * What Slack's library logs: its warnings and errors go to `log`, through `redact`; its details, which hold the messages that
 * are posted, go nowhere.
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
    // Of the library's enum, which is not there before the library is.
    getLevel: () => 'warn' as ReturnType<SlackLogger['getLevel']>,
  };
}
