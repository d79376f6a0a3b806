import { types } from 'node:util';

import type { SerializedError } from '../contracts/SerializedError';
import { deepFreeze } from '../contracts/frozen';
import { DaemonryError } from './DaemonryError';
import {
  asItIs,
  className,
  isErrorLike,
  LONGEST_CAPTURED,
  LONGEST_NAME,
  LONGEST_TEXT,
  nestedErrors,
  type NestedErrors,
  readOptional,
  readProperty,
  shorten,
  unreadable,
} from './foreign';
import { describeValue, entryBudget, errorTexts, type PlainOptions, type SearchBudget } from './plainValue';

/** Wraps a thrown value that is not an `Error`, or is one that cannot be trusted: a `Proxy`. */
export class NonErrorThrown extends DaemonryError<'NON_ERROR_THROWN'> {
  constructor(
    /** The value that was thrown. */
    readonly thrown: unknown,
  ) {
    super('NON_ERROR_THROWN', {
      what: isErrorLike(thrown)
        ? `An Error behind a Proxy was thrown: ${describeError(thrown)}`
        : `Something that is not an Error was thrown: ${messageOf(thrown)}`,
      fix: 'throw an Error, so that the stack is known.',
      cause: isErrorLike(thrown) ? undefined : errorIn(thrown),
    });
  }
}

/** The error in an object that is none: an `ErrorEvent`, `{ error }`, the outcome of `Promise.allSettled`. */
const errorIn = (thrown: unknown): unknown =>
  typeof thrown === 'object' && thrown !== null ? (causeOf(thrown) ?? nestedErrors(thrown).errors[0]) : undefined;

/**
 * Returns a thrown value itself when it is an error, else a {@link NonErrorThrown} around it. Of the error that it returns,
 * `instanceof` may be asked; its properties may still be getters that throw: {@link messageOf}, {@link describeError} and
 * {@link serializeError} read them.
 */
export function toError(thrown: unknown): Error {
  return isErrorLike(thrown) && !isProxied(thrown) ? thrown : new NonErrorThrown(thrown);
}

/** True if a Proxy is asked for the prototype of the object, or of one of its prototypes. */
function isProxied(value: object): boolean {
  for (let link: object | null = value; link !== null; link = Object.getPrototypeOf(link) as object | null) {
    if (types.isProxy(link)) return true;
  }
  return false;
}

/** Removes secrets from a text. */
type Redact = (text: string) => string;

/** Texts that go into other texts are shown later: they are cut when their secrets have been removed. */
const captured = (redact: Redact | undefined): PlainOptions =>
  redact === undefined ? { longest: LONGEST_CAPTURED } : { redact };

/**
 * The message of something thrown, which may be anything: of an error its message, an empty text if it has none; a text
 * itself; every other value as JSON. Never throws: a message that cannot be read becomes a text that says why.
 *
 * @param redact - removes secrets from each text, before it is cut to 8,192 characters. Without it, a text is cut to 65,536.
 * @returns at most 65,536 characters, and a note of how many are missing.
 */
export function messageOf(thrown: unknown, redact?: Redact): string {
  const options = captured(redact);
  return bounded(isErrorLike(thrown) ? errorTexts(thrown, options).message : describeValue(thrown, options));
}

/** Cuts what is too long, as JSON may be, of which only each text was cut; there is room for the note of a text that was. */
const bounded = (message: string): string =>
  message.length > LONGEST_CAPTURED + LONGEST_NAME ? shorten(message, LONGEST_CAPTURED) : message;

/**
 * The name and the message of something thrown, such as `TypeError: x is not a function`; the name alone of an error without
 * a message; of what is not an error, what {@link messageOf} gives. Never throws.
 *
 * @param redact - as for {@link messageOf}.
 * @returns a name of at most 200 characters and a message as bounded as that of {@link messageOf}.
 */
export function describeError(thrown: unknown, redact?: Redact): string {
  if (!isErrorLike(thrown)) return messageOf(thrown, redact);
  const { name, message } = errorTexts(thrown, captured(redact));
  return message === '' ? name : `${name}: ${bounded(message)}`;
}

/** The stack of something thrown, or its name and message if it has none. Never throws. */
export function stackOf(thrown: unknown): string {
  return (isErrorLike(thrown) ? errorTexts(thrown, captured(undefined)).stack : undefined) ?? describeError(thrown);
}

/**
 * The code of something thrown, such as `ENOENT`; undefined if it has none, it is not a text, or it cannot be read. Never throws.
 *
 * @returns at most 200 characters, and a note of how many are missing.
 */
export function codeOf(thrown: unknown): string | undefined {
  const code = typeof thrown === 'object' && thrown !== null ? readOptional(thrown, 'code') : undefined;
  return typeof code === 'string' ? shorten(code, LONGEST_NAME) : undefined;
}

/** The name of an error, such as `AbortError`; undefined for what is not an error. Never throws. */
export function nameOf(thrown: unknown): string | undefined {
  const name = isErrorLike(thrown) ? readOptional(thrown, 'name') : undefined;
  return typeof name === 'string' ? name : undefined;
}

/**
 * The cause of something thrown, as it is, which may again be anything; undefined if it has none, or it cannot be read. Never
 * throws.
 */
export function causeOf(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null ? readOptional(thrown, 'cause') : undefined;
}

/** A reason, or another text that a stranger gives, who may give anything. Never throws. */
export function textOf(given: unknown, redact: Redact = asItIs): string {
  return typeof given === 'string' && given.length <= LONGEST_TEXT ? redact(given) : describeError(given, redact);
}

const DEEPEST_CAUSE = 8;
/** The number of errors of an `AggregateError` that are kept. */
const MOST_ERRORS = 10;
/** The number of errors that are kept altogether, of causes and errors of errors. */
const MOST_NESTED = 32;

interface Walk {
  readonly redact: Redact;
  readonly budget: SearchBudget;
  /** The errors on the way to this one. */
  readonly path: unknown[];
  count: number;
}

/**
 * Converts an error to plain JSON that shares nothing with it, with up to eight nested causes, and the first ten errors that
 * it keeps beside: those of an `AggregateError`, of a `SuppressedError`, and of the collections of libraries. Each text has at most 8,192 characters. The stack is included as a property that is not enumerable.
 * It is frozen. Never throws.
 *
 * @param redact - removes secrets from each text, before it is cut.
 */
export function serializeError(error: unknown, redact: Redact = asItIs): SerializedError {
  return deepFreeze(serialize(error, { redact, budget: entryBudget(), path: [], count: 0 }));
}

function serialize(thrown: unknown, walk: Walk): SerializedError {
  walk.count++;
  if (!isErrorLike(thrown)) return serializeOther(thrown, walk);
  walk.path.push(thrown);
  const { name, message, code, stack } = errorTexts(thrown, walk);
  const cause = readProperty(thrown, 'cause');
  const serialized = {
    name: copyOf(name),
    message: copyOf(message),
    ...(code === undefined ? {} : { code: copyOf(code) }),
    ...(cause === undefined || !hasRoom(walk) ? {} : { cause: nested(unreadable(cause) ?? cause, walk) }),
    ...serializeList(nestedErrors(thrown), walk),
  };
  walk.path.pop();
  return Object.defineProperty(serialized, 'stack', {
    value: stack === undefined ? undefined : copyOf(stack),
    enumerable: false,
  });
}

function serializeList(
  { errors, leftOut }: NestedErrors,
  walk: Walk,
): Pick<SerializedError, 'errors' | 'errorsLeftOut'> {
  const kept: SerializedError[] = [];
  let index = 0;
  for (; index < Math.min(errors.length, MOST_ERRORS) && hasRoom(walk); index++) kept.push(nested(errors[index], walk));
  const missing = leftOut + errors.length - index;
  return { ...(kept.length === 0 ? {} : { errors: kept }), ...(missing === 0 ? {} : { errorsLeftOut: missing }) };
}

const hasRoom = ({ path, count }: Walk): boolean => path.length <= DEEPEST_CAUSE && count < MOST_NESTED;

function nested(error: unknown, walk: Walk): SerializedError {
  return walk.path.includes(error) ? { name: 'Error', message: '[circular]' } : serialize(error, walk);
}

/** A cause, or an error of an `AggregateError`, that is not an error. */
function serializeOther(value: unknown, { redact, budget }: Walk): SerializedError {
  const name = typeof value === 'object' && value !== null ? className(value, 'Object') : typeof value;
  return { name: shorten(name, LONGEST_NAME), message: copyOf(describeValue(value, { redact, budget })) };
}

/** The engine keeps the whole of a text that a part was cut from, for as long as it keeps the part. */
const copyOf = (text: string): string => JSON.parse(JSON.stringify(text)) as string;
