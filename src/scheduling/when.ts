import type { TaskSchedule } from '../contracts/entries';
import { messageOf } from '../errors/serializeError';
import { formatDuration } from '../contracts/Duration';
import { isTimeZone, LAST_INSTANT } from '../time/instant';
import type { LocalCron } from './LocalCron';

type IntervalSchedule = Extract<TaskSchedule, { kind: 'interval' }>;
type CronSchedule = Extract<TaskSchedule, { kind: 'cron' }>;

/** Describes in one clause why a schedule is never due after `now`; undefined when nothing is wrong with it. */
export function scheduleComplaint(schedule: TaskSchedule, now: number): string | undefined {
  if (schedule.kind !== 'cron') return undefined;
  const { pattern, timeZone } = schedule;
  if (!isTimeZone(timeZone)) return `there is no time zone "${timeZone}"`;
  if (Date.parse(pattern) > 0 && pattern.includes(':')) return `"${pattern}" is an instant, not a cron pattern`;
  // That its code cannot be read, by a process without a free file, is no fault of the pattern.
  localCronClass();
  try {
    return localCron(schedule).next(now) === Infinity ? `"${pattern}" is never due` : undefined;
  } catch (error) {
    return `"${pattern}" is no cron pattern: ${messageOf(error)}`;
  }
}

/** Says what works in a schedule, but is probably not meant: one sentence each. */
export function scheduleDoubts(schedule: TaskSchedule): readonly string[] {
  return schedule.kind === 'cron' ? localCronClass().doubtsOf(schedule.pattern) : [];
}

/** The due moment, or `Infinity` for one after the last instant that can be told. */
export const tellable = (due: number): number => (due <= LAST_INSTANT ? due : Infinity);

/**
 * The first due moment strictly after `after`; `Infinity` when there is none. Epoch milliseconds throughout.
 *
 * @param anchor - the instant that an interval counts from; cron ignores it. The answer for a fixed-delay schedule holds
 * until the next run ends.
 */
export function nextDue(schedule: TaskSchedule, anchor: number, after: number): number {
  switch (schedule.kind) {
    case 'interval':
      return tellable(dueAtIndex(schedule, anchor, lastIndex(schedule, anchor, after) + 1));
    case 'cron':
      return tellable(localCron(schedule).next(after));
    case 'manual':
      return Infinity;
  }
}

/** The newest due moment that is not after `upTo`; undefined when there is none. */
export function previousDue(schedule: TaskSchedule, anchor: number, upTo: number): number | undefined {
  switch (schedule.kind) {
    case 'interval': {
      const index = lastIndex(schedule, anchor, upTo);
      return index < 0 ? undefined : dueAtIndex(schedule, anchor, index);
    }
    case 'cron':
      return localCron(schedule).previous(upTo);
    case 'manual':
      return undefined;
  }
}

/** The number of due moments after `after`, up to and including `upTo`. It does not go through them one by one. */
export function countDue(schedule: TaskSchedule, anchor: number, after: number, upTo: number): number {
  switch (schedule.kind) {
    case 'interval':
      return Math.max(lastIndex(schedule, anchor, upTo) - lastIndex(schedule, anchor, after), 0);
    case 'cron':
      return localCron(schedule).count(after, upTo);
    case 'manual':
      return 0;
  }
}

/** A schedule in words: `every 5m`, `every 5m after the last run`, `cron 0 3 * * * (UTC)`, `manual`. */
export function describeSchedule(schedule: TaskSchedule): string {
  switch (schedule.kind) {
    case 'interval':
      return `every ${formatDuration(schedule.everyMs)}${schedule.mode === 'fixed-delay' ? ' after the last run' : ''}`;
    case 'cron':
      return `cron ${schedule.pattern} (${schedule.timeZone})`;
    case 'manual':
      return 'manual';
  }
}

/** A text that is equal for schedules with the same due moments, given the same anchor. */
export function scheduleKey(schedule: TaskSchedule): string {
  return schedule.kind === 'interval' ? `${schedule.mode} ${schedule.everyMs}` : describeSchedule(schedule);
}

/**
 * The instant that an interval of cluster scope counts from, below the interval: the same in every process of an
 * application, and spread over the tasks.
 */
export const sharedAnchor = (application: string, path: string, everyMs: number): number =>
  Math.floor(shareOf(`${application} ${path}`) * everyMs);

/** A number for a text, at least 0 and less than 1: the same in every process, and spread evenly. */
export function shareOf(text: string): number {
  // Two rounds of FNV-1a with different beginnings give the 53 bits of a number.
  let [high, low] = [0x811c9dc5, 0xcbf29ce4];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ (code + index), 0x01000193);
  }
  high = Math.imul(high ^ (high >>> 15), 0x2c1b3c6d);
  low = Math.imul(low ^ (low >>> 13), 0x297a2d39);
  return (((high ^ (high >>> 12)) >>> 0) * 2 ** 21 + ((low ^ (low >>> 15)) >>> 11)) / 2 ** 53;
}

/** The index of the newest due moment that is not after `upTo`: 0 for the first one, -1 before it. */
function lastIndex(schedule: IntervalSchedule, anchor: number, upTo: number): number {
  const guess = Math.floor((upTo - anchor - schedule.initialDelayMs) / schedule.everyMs);
  // The division may be off by a rounding error.
  const index = dueAtIndex(schedule, anchor, guess + 1) <= upTo ? guess + 1 : guess;
  return Math.max(dueAtIndex(schedule, anchor, index) > upTo ? index - 1 : index, -1);
}

/** Whole milliseconds, whatever the interval. */
function dueAtIndex({ everyMs, initialDelayMs }: IntervalSchedule, anchor: number, index: number): number {
  return Math.round(anchor + initialDelayMs + index * everyMs);
}

// A pattern costs 80 KB, and a zone its days, so that equal schedules share theirs. Both are pure.
const KEPT = 256;
const schedules = new Map<string, LocalCron>();

function localCron({ pattern, timeZone }: CronSchedule): LocalCron {
  const key = `${timeZone} ${pattern}`;
  let cron = schedules.get(key);
  if (cron === undefined) {
    if (schedules.size >= KEPT) schedules.clear();
    cron = new (localCronClass())(pattern, timeZone);
    schedules.set(key, cron);
  }
  return cron;
}

function localCronClass(): typeof LocalCron {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an application without a cron pattern does not load it
  return (require('./LocalCron') as typeof import('./LocalCron')).LocalCron;
}
