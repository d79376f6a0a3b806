import { types } from 'node:util';

/** The length of a text above which it is cut. */
export const LONGEST_TEXT = 8_192;
/** The length of a name, a key or a code above which it is cut. */
export const LONGEST_NAME = 200;
/** The length above which a text is cut although it may still hold secrets: where it is shown, they are removed first. */
export const LONGEST_CAPTURED = 65_536;

/** The text that stands for a secret. */
export const REDACTED = '[redacted]';
const SECRET_KEY =
  /(token|password|passwd|pwd|passphrase|passcode|secret|authorization|bearer|jwt|(api|private|secret|access)key|credentials?|cookie)$/;
/** `pass`, `SMTP_PASS` and `smtpPass`, and not `bypass`. */
const PASS = /(^|[^A-Za-z0-9])(pass|Pass|PASS)$|[a-z0-9]Pass$/;

/** A text without change: removes no secrets. */
export const asItIs = (text: string): string => text;

/** True for a key such as `apiKey`, `Authorization` or `SLACK_TOKEN`, if there is something under it to hide. */
export function hidesSecret(key: string, value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'boolean' || value === '') return false;
  return isSecretKey(key) || (isUserAndPassword(value) && AUTH.test(key.slice(-LONGEST_NAME)));
}

/** `auth`, `proxyAuth` and `http_auth`, under which HTTP clients take a user and a password. */
const AUTH = /(^|[^A-Za-z0-9])(auth|AUTH)$|[a-z0-9]Auth$/;
const isUserAndPassword = (value: unknown): boolean =>
  typeof value === 'string' ? value.includes(':') : isList(value);

const isSecretKey = (key: string): boolean =>
  PASS.test(key.slice(-LONGEST_NAME)) ||
  SECRET_KEY.test(
    key
      .slice(-LONGEST_NAME)
      .replace(/[^A-Za-z0-9]/g, '')
      .toLowerCase(),
  );

/** The user and the password of an address, between `://` and the host. */
const IN_URL = /(:\/\/[^\s/:@]{0,256}:)[^\s/@?#]{1,1024}@/g;
const IN_QUERY = /([?&]([\w.-]{1,64})=)[^&\s"'#]+/g;
const IN_JSON = /("([^"\\]{1,64})"\s{0,8}:\s{0,8}")(?:[^"\\]|\\.)*/g;
/** A text in single quotes, as Node shows it; and a list, in either form. */
const IN_QUOTES = /(\b([\w.-]{1,64})'?: ')(?:[^'\\]|\\.)+/g;
const IN_LIST = /(\b([\w.-]{1,64})["']?\s{0,8}:\s{0,8}\[)[^\][{}]{1,2048}(?=\])/g;
/** A line of a header, also where its break is escaped; and a pair as in a connection string. */
const IN_HEADER = /((?:^|\\n)[ \t]{0,8}([\w-]{1,64}):[ \t]{1,8})[^\r\n\\]+/gm;
const IN_PAIR = /(\b([\w.-]{1,64})=)(?:(?:Basic|Bearer|Token) )?[^\s;,&"'\\]+/gi;
/** Shorter ones are words of a sentence: Bearer authentication. */
const BEARER = /\b(Bearer )[\w.~+/=-]{16,}/gi;

/** A text without the secrets that their place gives away: in an address, a header or a pair, under a key of JSON, after `Bearer`. */
export function hideSecrets(text: string): string {
  const byKey = (all: string, before: string, key: string): string => (isSecretKey(key) ? `${before}${REDACTED}` : all);
  return text
    .replace(IN_URL, `$1${REDACTED}@`)
    .replace(IN_QUERY, byKey)
    .replace(IN_JSON, byKey)
    .replace(IN_QUOTES, byKey)
    .replace(IN_LIST, (all, before: string, key: string) =>
      isSecretKey(key) || AUTH.test(key) ? `${before}${REDACTED}` : all,
    )
    .replace(BEARER, `$1${REDACTED}`)
    .replace(IN_HEADER, byKey)
    .replace(IN_PAIR, byKey);
}

const FEWEST_PARTS = 4;
/** More than are shown of a list, and than the longest piece in which a secret is looked for. */
const MOST_PARTS = 512;
/** A secret of one part is found where that is shown. */
const LONGEST_PART = 3;

/** True if whole numbers or very short texts, in their order, spell a secret that `redact` removes: its bytes, or its characters. */
export function spellsSecret(items: Iterable<unknown>, redact: (text: string) => string): boolean {
  if (redact === asItIs) return false;
  const parts: (string | number)[] = [];
  for (const item of items) {
    const isPart = typeof item === 'string' ? item.length <= LONGEST_PART : Number.isInteger(item);
    if (!isPart) return false;
    if (parts.push(item as string | number) === MOST_PARTS) break;
  }
  if (parts.length < FEWEST_PARTS) return false;
  return [' ', ''].map((between) => parts.join(between)).some((text) => redact(text) !== text);
}

/**
 * Characters behind a cut that are searched too. A secret, or the piece of one that is looked for, has at most 256, and 32 for each
 * of them in whatever encoding.
 */
const SEARCHED_BEHIND = 8_192;

/**
 * A text of at most `limit` characters, and a note of how many are missing. Secrets are removed before it is cut; of a text that is
 * longer no more is searched than may be shown.
 */
export function shorten(text: string, limit = LONGEST_TEXT, redact = asItIs): string {
  if (text.length <= limit) return redact(text);
  let searched = text.slice(0, limit + SEARCHED_BEHIND);
  let shown = redact(searched);
  // Many secrets make it so short that little of it could be shown.
  if (2 * shownOf(shown) < limit && searched.length < text.length) {
    searched = text.slice(0, Math.max(LONGEST_CAPTURED, searched.length));
    shown = redact(searched);
  }
  // Where the search has ended half a secret may stand, which it could not know.
  const end = Math.min(limit, searched.length < text.length ? shownOf(shown) : shown.length);
  const missing = shown.length - end + text.length - searched.length;
  return missing <= 0 ? shown : `${shown.slice(0, end)}… [${missing} more characters]`;
}

const shownOf = ({ length }: string): number => Math.max(length - SEARCHED_BEHIND, 0);

/**
 * True for errors, also of another realm: errors made in a `vm` context, as in Jest, are no instances of this `Error`. False for
 * every other value, and for a Proxy that has been revoked. Never throws; the properties of the error may still be getters that
 * throw: `messageOf`, `describeError`, `codeOf` and `causeOf` read them.
 */
export function isErrorLike(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  if (types.isNativeError(value)) return true;
  try {
    return value instanceof Error || /^\[object (Error|DOMException)\]$/.test(Object.prototype.toString.call(value));
  } catch {
    return false;
  }
}

/** True for an array; false also for a Proxy that has been revoked. */
function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** Stands for a property whose getter threw. */
class Unreadable {
  readonly #text: string;

  constructor(thrown: unknown) {
    this.#text = `[unreadable: ${reasonOf(thrown)}]`;
  }

  /** Says why a property could not be read; undefined for every other value. Asks nothing of the value itself. */
  static reason(value: unknown): string | undefined {
    return typeof value === 'object' && value !== null && #text in value ? value.#text : undefined;
  }
}

/** Says why {@link readProperty} could not read a property; undefined for what it has read. */
export const unreadable = (value: unknown): string | undefined => Unreadable.reason(value);

/** Reads a property that may be a getter of a stranger. If that throws, {@link unreadable} says of the answer why. */
export function readProperty(owner: object, key: PropertyKey): unknown {
  try {
    return (owner as Record<PropertyKey, unknown>)[key];
  } catch (error) {
    return new Unreadable(error);
  }
}

/** Reads a property as {@link readProperty} does; undefined if that throws. */
export function readOptional(owner: object, key: PropertyKey): unknown {
  try {
    return (owner as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
}

/**
 * The message of what a getter threw, which may be as hostile as the getter: no more than one attempt is made. It may hold secrets:
 * where it is shown, they are removed first.
 */
export function reasonOf(thrown: unknown): string {
  try {
    const message = typeof thrown === 'string' ? thrown : (thrown as { message?: unknown } | undefined)?.message;
    return typeof message === 'string' ? shorten(message, LONGEST_CAPTURED) : 'no Error was thrown';
  } catch {
    return 'an error was thrown that cannot be read either';
  }
}

/** The name of the class of an object; `otherwise` if it does not say. */
export function className(value: object, otherwise: string): string {
  const type = readOptional(value, 'constructor');
  const name = typeof type === 'function' ? readOptional(type, 'name') : undefined;
  return typeof name === 'string' && name !== '' ? name : otherwise;
}

/** Properties under which libraries keep one more error, beside its `cause`. */
const ONE_MORE =
  'error suppressed reason inner innerError innerException originalError original parent previous networkError'.split(
    ' ',
  );
/** Properties under which they keep several: a list or another collection, an object of them by name, or one as a text. */
const SEVERAL = ['errors', 'causes', 'reasons', 'suppressed', 'aggregateErrors', 'innerErrors', 'graphQLErrors'];
/** Properties of a `SuppressedError`, whose values may be anything that was thrown. */
const SUPPRESSED = ['error', 'suppressed'];
/** The number of errors of one collection that are read: it may have no end. */
const MOST_OF_ONE = 100;

/** Errors behind another one, besides its cause. */
export interface NestedErrors {
  readonly errors: readonly unknown[];
  /** The number of those that were not read. */
  readonly leftOut: number;
}

/**
 * Finds the errors that an error, or another object that was thrown, keeps beside its cause: first the two of a
 * `SuppressedError`, each in its place and whatever it is. An object that is kept twice is found once. Never throws.
 */
export function nestedErrors(owner: object): NestedErrors {
  const isSuppressed =
    SUPPRESSED.every((key) => has(owner, key)) &&
    (nameIs(owner, 'SuppressedError') || !isCollection(readOptional(owner, 'suppressed')));
  const errors = isSuppressed ? SUPPRESSED.map((key) => readKnown(owner, key)) : [];
  const known = new Set<unknown>([...errors, readOptional(owner, 'cause')]);
  let leftOut = 0;
  const add = (item: unknown): void => {
    if (typeof item === 'object' && item !== null) {
      if (known.has(item)) return;
      known.add(item);
    }
    errors.push(item);
  };
  for (const key of ONE_MORE) {
    const value = readProperty(owner, key);
    if (isReason(value)) add(value);
  }
  for (const key of SEVERAL) {
    if (isSuppressed && key === 'suppressed') continue;
    const value = readKnown(owner, key);
    if (isReason(value) || (typeof value === 'string' && value !== '')) add(value);
    else if (typeof value === 'object' && value !== null) {
      const { items, size } = itemsOf(value);
      items.forEach(add);
      leftOut += Math.max(size - items.length, 0);
    }
  }
  return { errors, leftOut };
}

const nameIs = (owner: object, name: string): boolean => readOptional(owner, 'name') === name;

/** True for an error, and for an object that says as one does why it was thrown. */
const isReason = (value: unknown): value is object =>
  isErrorLike(value) ||
  (typeof value === 'object' &&
    value !== null &&
    !isCollection(value) &&
    typeof readOptional(value, 'message') === 'string');

const isCollection = (value: unknown): boolean => isList(value) || types.isSet(value) || types.isMap(value);

/** Reads a property; what it says of one that cannot be read is a text. */
function readKnown(owner: object, key: PropertyKey): unknown {
  const value = readProperty(owner, key);
  return unreadable(value) ?? value;
}

function has(owner: object, key: PropertyKey): boolean {
  try {
    return key in owner;
  } catch {
    return false;
  }
}

/** Reads the first items of a collection of any kind, and how many it has, if it says so. */
function itemsOf(collection: object): { readonly items: readonly unknown[]; readonly size: number } {
  if (types.isStringObject(collection)) return { items: [String.prototype.valueOf.call(collection)], size: 1 };
  const items: unknown[] = [];
  try {
    const length = [readOptional(collection, 'length'), readOptional(collection, 'size')].find(Number.isSafeInteger);
    const size = typeof length === 'number' ? length : 0;
    if (isList(collection) || (size > 0 && readOptional(collection, Symbol.iterator) === undefined)) {
      for (let index = 0; index < Math.min(size, MOST_OF_ONE); index++)
        items.push(readKnown(collection, String(index)));
      return { items, size };
    }
    if (typeof readOptional(collection, Symbol.iterator) === 'function') {
      const isMap = types.isMap(collection);
      for (const item of collection as Iterable<unknown>) {
        items.push(isMap ? (item as [unknown, unknown])[1] : item);
        if (items.length === MOST_OF_ONE) break;
      }
      return { items, size };
    }
    const keys = Object.keys(collection);
    for (const key of keys.slice(0, MOST_OF_ONE)) items.push(readKnown(collection, key));
    return { items, size: keys.length };
  } catch (error) {
    return { items: [...items, `[unreadable: ${reasonOf(error)}]`], size: 0 };
  }
}
