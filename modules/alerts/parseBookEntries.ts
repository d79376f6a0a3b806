import { isObject } from '../shared/isObject';
import { ALERT_SOURCES } from './Alert';
import type { BookEntries } from './BookEntry';

const isInstant = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));

/** What the file of the alert book holds. @throws an error that names the entry that is not one. */
export function parseBookEntries(value: unknown): BookEntries {
  if (!isObject(value)) throw new Error('it is not a JSON object');
  const wrong = Object.entries(value).find(([, entry]) => !isEntry(entry));
  if (wrong !== undefined) throw new Error(`"${wrong[0]}" is not an entry`);
  return value as BookEntries;
}

function isEntry(entry: unknown): boolean {
  if (!isObject(entry)) return false;
  const { source, firstSeenAt, acknowledged } = entry;
  return (
    ALERT_SOURCES.some((known) => known === source) &&
    isInstant(firstSeenAt) &&
    (acknowledged === undefined ||
      (isObject(acknowledged) && typeof acknowledged['by'] === 'string' && isInstant(acknowledged['at'])))
  );
}
