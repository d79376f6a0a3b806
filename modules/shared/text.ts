import { createHash, timingSafeEqual } from 'node:crypto';

/** Stands at the end of a text that was cut. */
const CUT_MARK = ' […]';

/** `text`, at most `max` characters of it; a longer one ends with ` […]`. Never cuts a character in two. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = max - CUT_MARK.length;
  const splits = /[\ud800-\udbff]/.test(text.charAt(end - 1)) && /[\udc00-\udfff]/.test(text.charAt(end));
  return text.slice(0, splits ? end - 1 : end) + CUT_MARK;
}

/** Name and message of an error, or whatever else was thrown, as one text. */
export const errorText = (thrown: unknown): string =>
  thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);

export const REDACTED = '[redacted]';

/** `text` without any of the `secrets`, longest first, so that one inside another leaves nothing behind. */
export function redact(text: string, secrets: Iterable<string>): string {
  const known = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return known.reduce((result, secret) => result.replaceAll(secret, REDACTED), text);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in a time that tells nothing of where, or whether by length, they differ. */
export const sameSecret = (given: string, secret: string): boolean => timingSafeEqual(digest(given), digest(secret));
