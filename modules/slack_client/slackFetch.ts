import { boundedFetch } from '../shared/boundedFetch';
import { SlackTransportError } from './SlackTransportError';

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
