import { LAST_INSTANT } from '../time/instant';
import { type LocalInstant, TimeZone } from '../time/TimeZone';
import { cronDoubts } from './cronDialect';
import { CronPattern } from './CronPattern';

/** Beyond it local times would leave the range of `Date`. */
const END = LAST_INSTANT - 3 * 86_400_000;

/**
 * The due moments of a cron pattern in a time zone, in epoch milliseconds, where the clocks are changed included:
 *
 * - A pattern that names hours names times of day, and each is due once a day: if it is skipped, right after the gap,
 *   together with the others that are skipped; if it comes twice, at the first.
 * - A pattern for every hour goes by real time: it is due in both of two equal hours, and not in one that is skipped.
 */
export class LocalCron {
  readonly #pattern: CronPattern;
  /** Undefined for UTC, where local time is an instant. */
  readonly #zone: TimeZone | undefined;
  readonly #isEveryHour: boolean;

  /** @throws Error, whose message is one clause, when the text is no pattern. RangeError when there is no such zone. */
  constructor(pattern: string, timeZone: string) {
    this.#pattern = new CronPattern(pattern);
    this.#isEveryHour = this.#pattern.isEveryHour;
    if (timeZone !== 'UTC') this.#zone = new TimeZone(timeZone);
  }

  /** Says what works in a pattern, but is probably not meant: one sentence each. */
  static doubtsOf(pattern: string): readonly string[] {
    return cronDoubts(pattern);
  }

  /** The first due moment strictly after an instant; `Infinity` when there is none. */
  next(after: number): number {
    if (!(after < END)) return Infinity;
    const zone = this.#zone;
    if (zone === undefined) return this.#pattern.next(after);
    if (!this.#isEveryHour) return this.#instantOf(zone, this.#pattern.next(pastOf(zone, after)));
    const local = zone.localAt(after);
    const here = zone.resolve(local);
    const second = after < here.later ? this.#withinSecond(here) : undefined;
    return Math.min(this.#everyHourAfter(zone, local, after), second ?? Infinity);
  }

  /** The newest due moment that is not after an instant; undefined when there is none. */
  previous(upTo: number): number | undefined {
    const zone = this.#zone;
    if (zone === undefined) return this.#pattern.previous(upTo);
    if (!this.#isEveryHour) {
      const local = this.#pattern.previous(pastOf(zone, upTo));
      return local === undefined ? undefined : this.#instantOf(zone, local);
    }
    const local = zone.localAt(upTo);
    const here = zone.resolve(local);
    const first = here.earlier < here.later && upTo >= here.later ? this.#withinFirst(here) : undefined;
    const own = this.#everyHourUpTo(zone, local, upTo);
    return first === undefined || (own !== undefined && own > first) ? own : first;
  }

  /** The number of due moments after an instant, up to and including another. */
  count(after: number, upTo: number): number {
    const zone = this.#zone;
    if (upTo <= after) return 0;
    if (zone === undefined) return this.#pattern.count(after, upTo);
    const changes = zone.changes(after, upTo);
    if (this.#isEveryHour) {
      let [count, from] = [0, zone.localAt(after)];
      for (const change of changes) {
        count += this.#pattern.count(from, change.at - 1 + change.before);
        from = change.at - 1 + change.after;
      }
      return count + this.#pattern.count(from, zone.localAt(upTo));
    }
    let count = this.#pattern.count(pastOf(zone, after), pastOf(zone, upTo));
    for (const { at, before, after: offset } of changes) {
      // All times that are skipped are due together, and with the first one after them.
      if (offset > before) count -= Math.max(this.#pattern.count(at + before - 1, at + offset) - 1, 0);
    }
    return count;
  }

  #instantOf(zone: TimeZone, local: number): number {
    return local < END ? zone.resolve(local).earlier : Infinity;
  }

  #everyHourAfter(zone: TimeZone, local: number, after: number): number {
    let next = this.#pattern.next(local);
    while (next < END) {
      const { earlier, later, isSkipped, change } = zone.resolve(next);
      if (!isSkipped) return earlier > after ? earlier : later;
      next = this.#pattern.next(Math.max(next, (change?.at ?? 0) + (change?.after ?? 0) - 1));
    }
    return Infinity;
  }

  #everyHourUpTo(zone: TimeZone, local: number, upTo: number): number | undefined {
    let previous = this.#pattern.previous(local);
    while (previous !== undefined) {
      const { earlier, later, isSkipped, change } = zone.resolve(previous);
      if (!isSkipped) return later <= upTo ? later : earlier;
      previous = this.#pattern.previous(Math.min(previous, (change?.at ?? 0) + (change?.before ?? 0)) - 1);
    }
    return undefined;
  }

  /** The first due moment of the second of two equal hours, asked from within the first. */
  #withinSecond({ change }: LocalInstant): number | undefined {
    if (change === undefined) return undefined;
    const local = this.#pattern.next(change.at + change.after - 1);
    return local < change.at + change.before ? local - change.after : undefined;
  }

  /** The last due moment of the first of two equal hours, asked from within the second. */
  #withinFirst({ change }: LocalInstant): number | undefined {
    if (change === undefined) return undefined;
    const local = this.#pattern.previous(change.at + change.before - 1);
    return local !== undefined && local >= change.at + change.after ? local - change.before : undefined;
  }
}

/** The last local time that has come by an instant: in the second of two equal hours, the end of the first. */
function pastOf(zone: TimeZone, instant: number): number {
  const local = zone.localAt(instant);
  const { earlier, later, change } = zone.resolve(local);
  if (change === undefined || earlier === later || instant < later) return local;
  return change.at + change.before - 1;
}
