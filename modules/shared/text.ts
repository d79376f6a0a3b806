import { createHash, timingSafeEqual } from 'node:crypto';

import { createRedactor, type Redactor } from 'daemonry';

/** Stands at the end of a text that was cut. */
const CUT_MARK = ' […]';

/** `text`, at most `max` characters of it; a longer one ends with ` […]`. Never cuts a character in two. */
export const cutText = (text: string, max: number): string =>
  text.length <= max ? text : beginningOf(text, max - CUT_MARK.length) + CUT_MARK;

/** The first `max` characters of `text`, one less where that would cut a character in two. */
export function beginningOf(text: string, max: number): string {
  const splits = /[\ud800-\udbff]/.test(text.charAt(max - 1)) && /[\udc00-\udfff]/.test(text.charAt(max));
  return text.slice(0, splits ? max - 1 : max);
}

/**
 * `value` with every text in it made well-formed: half a character, which no server takes, becomes U+FFFD. A value of JSON, keys of
 * objects included. Takes stack for each level: see {@link isDeeper}.
 */
export function wellFormed<T>(value: T): T;
export function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd');
  if (Array.isArray(value)) return value.map((item: unknown) => wellFormed(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [wellFormed(key), wellFormed(inner as unknown)]),
  );
}

/** True if a value of JSON has more than `levels` of objects and lists in each other. It takes no stack for them. */
export function isDeeper(value: unknown, levels: number): boolean {
  let level = [value].filter(holdsValues);
  for (let depth = 1; depth <= levels && level.length > 0; depth++)
    level = level.flatMap((one): unknown[] => Object.values(one)).filter(holdsValues);
  return level.length > 0;
}

const holdsValues = (value: unknown): value is object => typeof value === 'object' && value !== null;

export const REDACTED = '[redacted]';

const MOST_KEPT = 100;

/** Takes secrets out of texts, in whatever usual encoding. To find them takes preparation, which is kept for the same secrets. */
export class SecretRemover {
  readonly #kept = new Map<string, Redactor>();

  /** `text` without any of the `secrets`. */
  redact(text: string, secrets: readonly string[]): string {
    const key = JSON.stringify(secrets);
    const redactor = this.#kept.get(key) ?? createRedactor(secrets);
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(key, redactor);
    return redactor.text(text);
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in a time that tells nothing of where, or whether by length, they differ. */
export const sameSecret = (given: string, secret: string): boolean => timingSafeEqual(digest(given), digest(secret));

/**
 * The value of a text in JSON.
 *
 * @throws SyntaxError that says `otherwise`, and quotes nothing of the text, as the parser's own does
 */
export function parseJson(text: string, otherwise = 'it is not JSON'): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SyntaxError(otherwise);
  }
}
