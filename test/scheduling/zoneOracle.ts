import { countDue, nextDue, previousDue } from '../../src/scheduling/when';

/**
 * The due moments of cron patterns, calculated in another way than the engine does: every minute of UTC is walked, and its
 * local time comes from `Intl`.
 */

const MINUTE = 60_000;

interface OraclePattern {
  readonly text: string;
  /** The times of a day: minutes from midnight. */
  readonly times: readonly number[];
  /** True for a pattern that is due in every hour. */
  readonly everyHour: boolean;
  /** True for days that fit; those of a local date, as `Date` has them in UTC. */
  readonly fits: (date: Date) => boolean;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const anyDay = (): boolean => true;

/** A pattern of minutes and hours for every day. */
const daily = (text: string, hours: readonly number[], minutes: readonly number[]): OraclePattern => ({
  text,
  times: hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)).sort((a, b) => a - b),
  everyHour: hours.length === 24,
  fits: anyDay,
});

const PATTERNS: readonly OraclePattern[] = [
  daily('30 2 * * *', [2], [30]),
  daily('30 2,14 * * *', [2, 14], [30]),
  daily('30 23 * * *', [23], [30]),
  daily('0 0 * * *', [0], [0]),
  daily('15,45 0-3 * * *', [0, 1, 2, 3], [15, 45]),
  daily(
    '0 */2 * * *',
    range(12).map((index) => index * 2),
    [0],
  ),
  daily('*/20 1 * * *', [1], [0, 20, 40]),
  daily('*/15 * * * *', range(24), [0, 15, 30, 45]),
  daily('40 * * * *', range(24), [40]),
  daily('0 0-23 * * *', range(24), [0]),
  daily('59 23 * * *', [23], [59]),
  daily('0 */6 * * *', [0, 6, 12, 18], [0]),
  daily('5 0,1 * * *', [0, 1], [5]),
  { ...daily('10 0,1,23 * * SUN', [0, 1, 23], [10]), fits: (date) => date.getUTCDay() === 0 },
];

const formats = new Map<string, Intl.DateTimeFormat>();

/** The local minute at an instant, as minutes from the epoch on a clock of UTC. */
function localMinute(zone: string, instant: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(zone, format);
  }
  return Math.floor(Date.parse(`${format.format(instant).replace(' ', 'T')}Z`) / MINUTE);
}

/** The minutes by which local time is ahead of UTC. */
const offset = (zone: string, instant: number): number => localMinute(zone, instant) - instant / MINUTE;

/** The changes of the clocks in a zone: the first minute of UTC after each. */
function changesOf(zone: string, from: number, to: number): number[] {
  const found: number[] = [];
  const day = 1440 * MINUTE;
  let known = offset(zone, from);
  for (let instant = from + day; instant <= to; instant += day) {
    const now = offset(zone, instant);
    if (now === known) continue;
    let minute = instant - day;
    while (offset(zone, minute) === known) minute += MINUTE;
    found.push(minute);
    known = now;
  }
  return found;
}

/** The local minute of each minute of UTC. In a quarter of an hour with one offset it is asked for once. */
function localMinutes(zone: string, from: number, to: number): number[] {
  const minutes: number[] = [];
  let known = offset(zone, from);
  for (let quarter = from; quarter <= to; quarter += 15 * MINUTE) {
    const next = offset(zone, quarter + 15 * MINUTE);
    for (const minute of range(15)) {
      const instant = quarter + minute * MINUTE;
      minutes.push(next === known ? instant / MINUTE + known : localMinute(zone, instant));
    }
    known = next;
  }
  return minutes;
}

/**
 * The due moments of a walk, by the rules of the documentation.
 *
 * @param start - the first instant of `locals`, a whole minute.
 */
function walk({ times, everyHour, fits }: OraclePattern, start: number, locals: readonly number[]): number[] {
  const isDue = (local: number): boolean => times.includes(local % 1440) && fits(new Date(local * MINUTE));
  const due: number[] = [];
  let last = (locals[0] as number) - 1;
  for (const [index, local] of locals.entries()) {
    // A time of the day is over with the first minute that is not before it; an hour of every hour is where it is.
    let isHit = false;
    for (let time = everyHour ? local : last + 1; time <= local && !isHit; time++) isHit = isDue(time);
    if (isHit) due.push(start + index * MINUTE);
    last = Math.max(last, local);
  }
  return due;
}

/** Compares the engine with the walk, around every change of the clocks. Each difference is one line. */
export function compareWithOracle(
  zones: readonly string[],
  from: string,
  to: string,
): { readonly compared: number; readonly different: readonly string[] } {
  const different: string[] = [];
  let compared = 0;
  for (const zone of zones) {
    for (const change of changesOf(zone, Date.parse(from), Date.parse(to))) {
      const [first, last] = [change - 1560 * MINUTE, change + 1560 * MINUTE - MINUTE];
      const locals = localMinutes(zone, first, last - 14 * MINUTE);
      for (const pattern of PATTERNS) {
        compared++;
        const expected = walk(pattern, first, locals).map(String);
        const found = askEngine(pattern.text, zone, first, last);
        if (String(expected) === found.forward && found.forward === found.backward && found.count === expected.length) {
          continue;
        }
        different.push(`${pattern.text} in ${zone} at ${new Date(change).toISOString()}`);
      }
    }
  }
  return { compared, different };
}

function askEngine(
  pattern: string,
  timeZone: string,
  first: number,
  last: number,
): { readonly forward: string; readonly backward: string; readonly count: number } {
  const schedule = { kind: 'cron', pattern, timeZone } as const;
  const forward: number[] = [];
  for (let due = nextDue(schedule, 0, first - 1); due <= last; due = nextDue(schedule, 0, due)) forward.push(due);
  const backward: number[] = [];
  let due = previousDue(schedule, 0, last);
  for (; due !== undefined && due >= first; due = previousDue(schedule, 0, due - 1)) backward.unshift(due);
  return { forward: String(forward), backward: String(backward), count: countDue(schedule, 0, first - 1, last) };
}
