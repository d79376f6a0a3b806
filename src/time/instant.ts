import { InvalidInstantError } from '../errors/authoringErrors';

/** The last instant that a `Date` can hold, in epoch milliseconds. */
export const LAST_INSTANT = 8.64e15;

/** Epoch milliseconds, a `Date`, or ISO text. */
export type Instant = number | string | Date;

/**
 * An instant in epoch milliseconds.
 *
 * @throws {@link InvalidInstantError} for anything that is not an instant.
 */
export function instantMs(value: Instant): number {
  const ms = typeof value === 'number' ? value : new Date(value).getTime();
  if (!Number.isFinite(ms) || Number.isNaN(new Date(ms).getTime())) throw new InvalidInstantError(value);
  return ms;
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
