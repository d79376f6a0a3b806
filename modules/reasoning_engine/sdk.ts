import { cutText } from '../shared/cutText';
import { isObject } from '../shared/isObject';
import { ModelCallError } from './errors';

const LONGEST_QUOTE = 300;

/** What the libraries of both providers throw has these, or some of them. */
interface SdkError extends Error {
  readonly status?: unknown;
  readonly headers?: unknown;
  /** The body of the answer, or its `error`. */
  readonly error?: unknown;
}

/**
 * Says in one form what the library of a provider threw.
 *
 * @param isTimeout - the library took it for an expired time
 */
export function explainSdkError(thrown: unknown, isTimeout: boolean): ModelCallError {
  if (isTimeout) return new ModelCallError('provider_timeout', 'the connection timed out', thrown);
  const { status, headers, error, message, cause, name } = thrown as SdkError;
  if (typeof status !== 'number') {
    const reason = isObject(cause) && typeof cause['message'] === 'string' ? cause['message'] : message;
    const kind = name === 'SyntaxError' ? 'the answer is no JSON: ' : '';
    return new ModelCallError('provider_failed', kind + quoted(reason), thrown);
  }
  // Without a body, the library repeats the status.
  const said = quoted(messageIn(error) ?? message.replace(/^\d{3} (status code \(no body\))?/, ''));
  const details = said === '' ? '' : `: ${said}`;
  if (status !== 429) return new ModelCallError('provider_failed', `HTTP ${status}${details}`, thrown);
  const seconds = headers instanceof Headers ? (headers.get('retry-after') ?? '') : '';
  const wait = /^\d{1,6}$/.test(seconds) ? `, to be tried again in ${seconds} s` : '';
  return new ModelCallError('provider_rate_limited', `HTTP 429${wait}${details}`, thrown);
}

const quoted = (text: string): string => cutText(text.trim().replace(/\.$/, ''), LONGEST_QUOTE);

function messageIn(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const { error, message } = body;
  return typeof message === 'string' ? message : messageIn(error);
}

/** Of a provider, in bytes. */
export const LARGEST_ANSWER_BYTES = 4_194_304;

/** For libraries whose time is limited by a signal: the longest that their timers take. */
export const NO_TIMEOUT_MS = 2_147_483_647;

/** What a provider says of tokens, as a number that can be added up: anything that is no count is 0. */
export const tokenCount = (said: unknown): number =>
  Number.isSafeInteger(said) && Number(said) > 0 ? Number(said) : 0;
