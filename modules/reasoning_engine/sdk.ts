import { cutText } from '../shared/text';
import { isObject } from '../shared/fields';
import { ModelCallError } from './errors';

/** Far more than is shown: secrets are taken out before it is cut for people. */
const LONGEST_READ = 8_192;

/** An error thrown by the library of either provider. */
interface SdkError extends Error {
  readonly status?: unknown;
  readonly headers?: unknown;
  /** The body of the answer, or its `error`. */
  readonly error?: unknown;
}

/**
 * Turns an error of a provider's library into a {@link ModelCallError}.
 *
 * @param isTimeout - true if the library says that its time was over
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

/** Words of a vendor, for one line: without a full stop. They may hold secrets. */
export const quoted = (text: string): string => cutText(text.trim().replace(/\.$/, ''), LONGEST_READ);

/** The message of a body that holds an error; `undefined` without one. */
export function messageIn(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const { error, message } = body;
  return typeof message === 'string' ? message : messageIn(error);
}

/** Largest answer of a provider that is read, in bytes. */
export const LARGEST_ANSWER_BYTES = 4_194_304;

/** The longest time that timers of the libraries accept; the real limit is a signal. */
export const NO_TIMEOUT_MS = 2_147_483_647;

/** A number of tokens given by a provider; 0 for anything that is no count. */
export const tokenCount = (said: unknown): number =>
  Number.isSafeInteger(said) && Number(said) > 0 ? Number(said) : 0;

/** Arguments of a tool as a model gives them: an object, or its JSON; `undefined` when they are neither. */
export function readInput(given: unknown): unknown {
  if (typeof given !== 'string') return given ?? {};
  try {
    return JSON.parse(given.trim() === '' ? '{}' : given) as unknown;
  } catch {
    return undefined;
  }
}
