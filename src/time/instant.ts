import { InvalidInstantError } from '../errors/authoringErrors';

/** The last instant that a `Date` can hold, in epoch milliseconds. */
export const LAST_INSTANT = 8.64e15;

/** The last instant that is written with a year of four digits, in epoch milliseconds. */
export const LAST_OF_FOUR_DIGITS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Epoch milliseconds, a `Date`, or ISO text: with its offset, such as `2030-01-31T08:00:00Z` or
 * `2030-01-31T09:00+01:00`, or a day, which begins at midnight UTC.
 */
export type Instant = number | string | Date;

const ISO_TEXT = /^((?:\d{4}|[+-]\d{6})-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * An instant in epoch milliseconds. A text without an offset is none, since it means another instant on every machine;
 * nor is a day that no calendar has.
 *
 * @throws {@link InvalidInstantError} for anything that is not an instant.
 */
export function instantMs(value: Instant): number {
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? textMs(value) : dateMs(value);
  if (!Number.isFinite(ms) || Number.isNaN(new Date(ms).getTime())) throw new InvalidInstantError(value);
  return ms;
}

/** {@link instantMs}, or undefined for anything that is not an instant. */
export function readInstant(value: Instant): number | undefined {
  try {
    return instantMs(value);
  } catch {
    return undefined;
  }
}

/** JavaScript takes null for the first instant of 1970. */
const dateMs = (value: unknown): number =>
  typeof value === 'object' && value !== null ? new Date(value as Date).getTime() : NaN;

function textMs(text: string): number {
  const day = ISO_TEXT.exec(text)?.[1];
  if (day === undefined) return NaN;
  const midnight = Date.parse(day);
  // Date.parse takes February 30th for a day of March.
  return !Number.isNaN(midnight) && isoText(midnight).startsWith(day) ? Date.parse(text) : NaN;
}

/** True for the name of a time zone that this runtime knows: `'Europe/Paris'`, `'UTC'`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name !== '';
  } catch {
    return false;
  }
}

/** An instant, given in epoch milliseconds, as ISO text. */
export const isoText = (ms: number): string => new Date(ms).toISOString();

/**
 * Makes an {@link isoText} that remembers its latest answer. Listeners start and are due at the same instants by the
 * hundred, and making the text costs more than all the rest of a listener's status.
 */
export function rememberingIsoText(): (ms: number) => string {
  let latest = NaN;
  let text = '';
  return (ms) => {
    if (ms !== latest) text = isoText(ms);
    latest = ms;
    return text;
  };
}
