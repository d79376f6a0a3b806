import type { Cron } from 'croner';

import type { TaskSchedule } from '../contracts/entries';
import { toError } from '../errors/serializeError';
import { formatDuration } from '../contracts/Duration';
import { isTimeZone } from '../time/instant';

type IntervalSchedule = Extract<TaskSchedule, { kind: 'interval' }>;
type CronSchedule = Extract<TaskSchedule, { kind: 'cron' }>;

/** The largest number of due moments of a cron schedule that {@link countDue} returns. */
export const CRON_COUNT_LIMIT = 10_000;

/** Describes in one clause why a schedule can never be due; undefined when nothing is wrong with it. */
export function scheduleComplaint(schedule: TaskSchedule): string | undefined {
  if (schedule.kind !== 'cron') return undefined;
  const { pattern, timeZone } = schedule;
  if (!isTimeZone(timeZone)) return `there is no time zone "${timeZone}"`;
  try {
    const parser = cronParser(schedule);
    if (parser.getPattern() === undefined) return `"${pattern}" is an instant, not a cron pattern`;
    return parser.nextRun() === null ? `"${pattern}" is never due` : undefined;
  } catch (error) {
    return `"${pattern}" is no cron pattern: ${toError(error)
      .message.replace(/^Cron\w+: /, '')
      .replace(/\.+$/, '')}`;
  }
}

/**
 * The first due moment strictly after `after`; `Infinity` when there is none. Epoch milliseconds throughout.
 *
 * @param anchor - the instant that an interval counts from; cron ignores it. The answer for a fixed-delay schedule holds
 * until the next run ends.
 */
export function nextDue(schedule: TaskSchedule, anchor: number, after: number): number {
  switch (schedule.kind) {
    case 'interval':
      return dueAtIndex(schedule, anchor, lastIndex(schedule, anchor, after) + 1);
    case 'cron':
      return cronParser(schedule).nextRun(new Date(after))?.getTime() ?? Infinity;
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
      return cronParser(schedule)
        .previousRuns(1, new Date(Math.floor(upTo) + 1))[0]
        ?.getTime();
    case 'manual':
      return undefined;
  }
}

/**
 * The number of due moments after `after`, up to and including `upTo`. Exact for intervals; a cron schedule counts up to
 * {@link CRON_COUNT_LIMIT}.
 */
export function countDue(schedule: TaskSchedule, anchor: number, after: number, upTo: number): number {
  switch (schedule.kind) {
    case 'interval':
      return Math.max(lastIndex(schedule, anchor, upTo) - lastIndex(schedule, anchor, after), 0);
    case 'cron': {
      let count = 0;
      let due = nextDue(schedule, anchor, after);
      for (; due <= upTo && count < CRON_COUNT_LIMIT; count++) due = nextDue(schedule, anchor, due);
      return count;
    }
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

// A parser costs 80 KB, so that equal schedules share one. Parsing is pure.
const PARSERS_KEPT = 256;
const parsers = new Map<string, Cron>();

function cronParser({ pattern, timeZone }: CronSchedule): Cron {
  const key = `${timeZone} ${pattern}`;
  let parser = parsers.get(key);
  if (parser === undefined) {
    if (parsers.size >= PARSERS_KEPT) parsers.clear();
    // Without a zone to look up, the parser is ten times as fast.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an application without a cron pattern saves it
    const croner = require('croner') as typeof import('croner');
    parser = new croner.Cron(pattern, {
      paused: true,
      ...(timeZone === 'UTC' ? { utcOffset: 0 } : { timezone: timeZone }),
    });
    parsers.set(key, parser);
  }
  return parser;
}
