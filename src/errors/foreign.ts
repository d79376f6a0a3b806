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

/** A text of at most `limit` characters, and a note of how many are missing. Secrets are removed before it is cut. */
export function shorten(text: string, limit = LONGEST_TEXT, redact = asItIs): string {
  if (text.length <= limit) return redact(text);
  let searched = text.slice(0, LONGEST_CAPTURED);
  let shown = redact(searched);
  // Many secrets make it so short that the place where it was cut would be seen, and half a secret with it.
  if (shown.length < 2 * limit && searched.length < text.length) shown = redact((searched = text));
  const missing = shown.length - limit + text.length - searched.length;
  return missing <= 0 ? shown : `${shown.slice(0, limit)}… [${missing} more characters]`;
}

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
export function isList(value: unknown): value is readonly unknown[] {
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
  const value = readProperty(owner, key);
  return unreadable(value) === undefined ? value : undefined;
}

/** The message of what a getter threw, which may be as hostile as the getter: no more than one attempt is made. */
export function reasonOf(thrown: unknown): string {
  try {
    const message = typeof thrown === 'string' ? thrown : (thrown as { message?: unknown } | undefined)?.message;
    return typeof message === 'string' ? shorten(message, LONGEST_NAME) : 'no Error was thrown';
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
