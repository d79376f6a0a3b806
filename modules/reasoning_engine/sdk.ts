import { causeOf, describeError, messageOf } from 'daemonry';

import { cutText, isDeeper, wellFormed } from '../shared/text';
import { isObject, propertyOf } from '../shared/fields';
import type { ToolCall } from './ChatModel';
import { ModelCallError } from './errors';

/** Far more than is shown: secrets are taken out before it is cut for people. */
const LONGEST_READ = 8_192;
/** The number of objects, one in the `error` of the other, in which a message is looked for. */
const DEEPEST_BODY = 8;

/**
 * Turns an error of a provider's library into a {@link ModelCallError}.
 *
 * @param isTimeout - true if the library says that its time was over
 */
export function explainSdkError(thrown: unknown, isTimeout: boolean): ModelCallError {
  if (isTimeout) return new ModelCallError('provider_timeout', 'the connection timed out', thrown);
  const status = propertyOf(thrown, 'status');
  if (typeof status !== 'number') {
    const said = propertyOf(causeOf(thrown), 'message');
    const reason = quoted(typeof said === 'string' ? said : messageOf(thrown));
    const isSyntax = /^SyntaxError(:|$)/.test(describeError(thrown));
    return new ModelCallError('provider_failed', isSyntax ? `the answer is no JSON: ${reason}` : reason, thrown);
  }
  // Without a body, the library repeats the status.
  // The body of the answer, or its `error`.
  const body = propertyOf(thrown, 'error');
  const said = quoted(messageIn(body) ?? messageOf(thrown).replace(/^\d{3} (status code \(no body\))?/, ''));
  const details = said === '' ? '' : `: ${said}`;
  if (status !== 429) return new ModelCallError('provider_failed', `HTTP ${status}${details}`, thrown);
  const headers = propertyOf(thrown, 'headers');
  const seconds = headers instanceof Headers ? (headers.get('retry-after') ?? '') : '';
  const wait = /^\d{1,6}$/.test(seconds) ? `, to be tried again in ${seconds} s` : '';
  return new ModelCallError('provider_rate_limited', `HTTP 429${wait}${details}`, thrown);
}

/** Words of a vendor, for one line: without a full stop. They may hold secrets. */
export const quoted = (text: string): string => cutText(text.trim().replace(/\.$/, ''), LONGEST_READ);

/** The message of a body that holds an error; `undefined` without one. */
export function messageIn(body: unknown): string | undefined {
  let inner = body;
  for (let depth = 0; depth < DEEPEST_BODY; depth++) {
    const message = propertyOf(inner, 'message');
    if (typeof message === 'string') return message;
    inner = propertyOf(inner, 'error');
  }
  return undefined;
}

/** Largest answer of a provider that is read, in bytes. */
export const LARGEST_ANSWER_BYTES = 4_194_304;

/** The longest time that timers of the libraries accept; the real limit is a signal. */
export const NO_TIMEOUT_MS = 2_147_483_647;

/** A number of tokens given by a provider; 0 for anything that is no count. */
export const tokenCount = (said: unknown): number =>
  Number.isSafeInteger(said) && Number(said) > 0 ? Number(said) : 0;

/** Levels of objects and lists in each other that an answer may have: to write it as JSON again takes stack for each. */
export const DEEPEST_ANSWER = 100;

/** Reads the arguments of a tool as a model gives them: an object, or its JSON. */
export function readInput(given: unknown): Pick<ToolCall, 'input' | 'defect'> {
  const input = typeof given === 'string' ? parsed(given) : (given ?? {});
  if (isDeeper(input, DEEPEST_ANSWER))
    return { input: {}, defect: `the input is nested more than ${DEEPEST_ANSWER} levels deep` };
  return isObject(input) ? { input: wellFormed(input) } : { input: {}, defect: 'the input is no JSON object' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.trim() === '' ? '{}' : text) as unknown;
  } catch {
    return undefined;
  }
}
