import type { SavedTimeline, TimelinePhase, TimelineSpan } from '../contracts/SavedTimeline';

/** The latest instant that a `Date` holds, in epoch milliseconds. */
const LATEST = 8.64e15;

/** Reads a timeline as the state database keeps it; undefined for what is none, such as a text that another program has written. */
export function parseTimeline(content: unknown): SavedTimeline | undefined {
  if (typeof content !== 'string') return undefined;
  try {
    const run: unknown = JSON.parse(content);
    return isTimeline(run) ? run : undefined;
  } catch {
    // No JSON either.
    return undefined;
  }
}

const isTimeline = (value: unknown): value is SavedTimeline =>
  isObject(value) &&
  typeof value['application'] === 'string' &&
  typeof value['sessionId'] === 'string' &&
  isPhase(value['boot']) &&
  (value['stop'] === undefined || isPhase(value['stop']));

const isPhase = (value: unknown): value is TimelinePhase =>
  isObject(value) &&
  isSpan(value) &&
  ['string', 'undefined'].includes(typeof value['reason']) &&
  Array.isArray(value['spans']) &&
  value['spans'].every(isListenerSpan);

const isListenerSpan = (value: unknown): value is TimelineSpan =>
  isObject(value) && isSpan(value) && typeof value['listener'] === 'string' && typeof value['outcome'] === 'string';

const isSpan = ({ began, ended }: Fields): boolean => isInstant(began) && isInstant(ended);

const isInstant = (value: unknown): value is number => Number.isFinite(value) && Math.abs(value as number) <= LATEST;

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
