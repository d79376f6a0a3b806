import type { Cron } from 'croner';

import { messageOf } from '../errors/serializeError';
import { toCroner } from './cronDialect';

const DAY_MS = 86_400_000;
/** Seconds, minutes and hours: how many values each has. */
const SIZES = [60, 60, 24] as const;

/**
 * A cron pattern on a calendar without a time zone. Times are milliseconds from the epoch to that time on a clock of UTC.
 * The calendar is the parser's, croner; the times of a day are our own, since they are the same on each day that fits.
 */
export class CronPattern {
  readonly #times: TimesOfDay;
  /** Undefined when every day fits. */
  readonly #days: Cron | undefined;
  /** The day looked at last, and whether it fits. */
  #day = NaN;
  #dayFits = false;

  /** @throws Error, whose message is one clause, when the text is no pattern. */
  constructor(text: string) {
    const fields = toCroner(text);
    try {
      // Only to check all of it.
      parse(fields);
    } catch (error) {
      throw new Error(
        messageOf(error)
          .replace(/^Cron\w+: /, '')
          .replace(/\.+$/, ''),
        { cause: error },
      );
    }
    const [seconds = '', minutes = '', hours = '', ...days] = fields;
    this.#times = new TimesOfDay([seconds, minutes, hours]);
    if (days.some((field) => field !== '*')) this.#days = parse(['0', '0', '0', ...days]);
  }

  /** True when every hour of a day is due. */
  get isEveryHour(): boolean {
    return this.#times.isEveryHour;
  }

  /** The first time strictly after `time`; `Infinity` when there is none. */
  next(time: number): number {
    const day = Math.floor(time / DAY_MS) * DAY_MS;
    const passed = this.#times.countUpTo(time - day);
    if (passed < this.#times.count && this.#fits(day)) return day + this.#times.at(passed);
    return this.#dayAfter(day) + this.#times.at(0);
  }

  /** The newest time that is not after `time`; undefined when there is none. */
  previous(time: number): number | undefined {
    const day = Math.floor(time / DAY_MS) * DAY_MS;
    const passed = this.#times.countUpTo(time - day);
    if (passed > 0 && this.#fits(day)) return day + this.#times.at(passed - 1);
    const before = this.#dayBefore(day);
    return before === undefined ? undefined : before + this.#times.at(this.#times.count - 1);
  }

  /** The number of times after `after`, up to and including `upTo`. */
  count(after: number, upTo: number): number {
    if (upTo <= after) return 0;
    const [first, last] = [after, upTo].map((time) => Math.floor(time / DAY_MS) * DAY_MS) as [number, number];
    const until = this.#fits(last) ? this.#times.countUpTo(upTo - last) : 0;
    const skipped = this.#fits(first) ? this.#times.countUpTo(after - first) : 0;
    return this.#countDays(first, last) * this.#times.count + until - skipped;
  }

  /** The number of days that fit, from `first` up to the one before `last`. */
  #countDays(first: number, last: number): number {
    if (this.#days === undefined) return (last - first) / DAY_MS;
    let count = 0;
    for (let day = this.#dayAfter(first - DAY_MS); day < last; day = this.#dayAfter(day)) count++;
    return count;
  }

  #fits(day: number): boolean {
    if (this.#days === undefined) return true;
    if (day !== this.#day) {
      this.#dayFits = this.#dayAfter(day - DAY_MS) === day;
      this.#day = day;
    }
    return this.#dayFits;
  }

  #dayAfter(day: number): number {
    if (this.#days === undefined) return day + DAY_MS;
    return this.#days.nextRun(new Date(day))?.getTime() ?? Infinity;
  }

  #dayBefore(day: number): number | undefined {
    if (this.#days === undefined) return day - DAY_MS;
    return this.#days.previousRuns(1, new Date(day))[0]?.getTime();
  }
}

function parse(fields: readonly string[]): Cron {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an application without a cron pattern saves it
  const croner = require('croner') as typeof import('croner');
  return new croner.Cron(fields.join(' '), { paused: true, utcOffset: 0 });
}

/** The times at which a pattern is due on a day that fits, in milliseconds from midnight. There is at least one. */
class TimesOfDay {
  readonly count: number;
  readonly isEveryHour: boolean;
  /** The values of seconds, minutes and hours, ascending. */
  readonly #values: readonly (readonly number[])[];
  /** For each value of a field, how many values of the pattern are below it. */
  readonly #below: readonly (readonly number[])[];

  /** @param fields - seconds, minutes and hours, which have been checked. */
  constructor(fields: readonly [string, string, string]) {
    this.#values = fields.map((field, index) => valuesOf(field, SIZES[index] as number));
    this.#below = this.#values.map((values, index) =>
      Array.from(
        { length: (SIZES[index] as number) + 1 },
        (_, limit) => values.filter((value) => value < limit).length,
      ),
    );
    this.count = this.#values.reduce((product, values) => product * values.length, 1);
    this.isEveryHour = this.#values[2]?.length === SIZES[2];
  }

  /** The number of times up to and including `time`. */
  countUpTo(time: number): number {
    const seconds = Math.floor(time / 1_000);
    const parts = [seconds % 60, Math.floor(seconds / 60) % 60, Math.floor(seconds / 3_600)];
    let count = 0;
    let each = this.count;
    for (const field of [2, 1, 0]) {
      const [part, below] = [parts[field] as number, this.#below[field] as readonly number[]];
      each /= (this.#values[field] as readonly number[]).length;
      count += (below[part] as number) * each;
      // Only a value of the pattern has times within it.
      if (below[part + 1] === below[part]) return count;
    }
    return count + 1;
  }

  /** The time with that index, counted from 0. */
  at(index: number): number {
    const [seconds, minutes, hours] = this.#values as [readonly number[], readonly number[], readonly number[]];
    const minute = Math.floor(index / seconds.length);
    const hour = Math.floor(minute / minutes.length);
    return (
      (((hours[hour] as number) * 60 + (minutes[minute % minutes.length] as number)) * 60 +
        (seconds[index % seconds.length] as number)) *
      1_000
    );
  }
}

/** The values of a list of `*`, numbers and ranges, with or without steps. */
function valuesOf(field: string, size: number): readonly number[] {
  const values = new Set<number>();
  for (const item of field.split(',')) {
    const [range = '', step = '1'] = item.split('/');
    const [from, to = from] = range === '*' ? [0, size - 1] : range.split('-').map(Number);
    for (let value = from as number; value <= (to as number); value += Number(step)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}
