import { isoText, LAST_INSTANT } from '../time/instant';
import type { RememberedMoment } from './StateStore';

const VERSION = 1;

/** No name of a task, and no key of a schedule, is longer. */
const LONGEST_TEXT = 2_000;

/** The text of the file in which due moments are remembered. */
export function stateText(application: string, moments: ReadonlyMap<string, RememberedMoment>): string {
  const tasks = Object.fromEntries(
    [...moments].map(([task, { schedule, nextDue }]) => [task, { schedule, nextDue: isoText(nextDue) }]),
  );
  return `${JSON.stringify({ version: VERSION, application, tasks }, undefined, 2)}\n`;
}

/** The content of that file. */
export interface ReadState {
  /** Undefined when the text is none of that application. */
  readonly moments: Map<string, RememberedMoment> | undefined;
  /** The tasks that were left out, or the reason. */
  readonly odd: readonly string[];
}

export function parseState(text: string, application: string): ReadState {
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch {
    return { moments: undefined, odd: ['it is no JSON'] };
  }
  if (!isObject(state) || state.version !== VERSION || state.application !== application || !isObject(state.tasks)) {
    return { moments: undefined, odd: ['it is no state of this application, or of another version'] };
  }
  const moments = new Map<string, RememberedMoment>();
  const odd: string[] = [];
  for (const [task, given] of Object.entries(state.tasks)) {
    const moment = task.length > LONGEST_TEXT ? undefined : parseMoment(given);
    if (moment === undefined) odd.push(task.slice(0, 100));
    else moments.set(task, moment);
  }
  return { moments, odd };
}

function parseMoment(given: unknown): RememberedMoment | undefined {
  if (!isObject(given) || typeof given.schedule !== 'string' || typeof given.nextDue !== 'string') return undefined;
  if (given.schedule.length > LONGEST_TEXT) return undefined;
  const nextDue = Date.parse(given.nextDue);
  // A clock without a battery begins in 1970; no clock shows less.
  return nextDue >= 0 && nextDue <= LAST_INSTANT ? { schedule: given.schedule, nextDue } : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
