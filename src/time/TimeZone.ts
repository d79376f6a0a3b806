const DAY_MS = 86_400_000;

/** No zone is further from UTC than 14 hours, to the east, or 12, to the west; with an hour to spare on both sides. */
const FURTHEST_EAST_MS = 15 * 3_600_000;
const FURTHEST_WEST_MS = 13 * 3_600_000;

/** The instants for which offsets are asked: from the year 1 to the last days of `Date`. */
const FIRST_KNOWN = -62_135_596_800_000;
const LAST_KNOWN = 8.64e15 - 2 * DAY_MS;

const DAYS_KEPT = 64;

/** A change of the clocks. */
export interface ClockChange {
  /** The first instant with the new offset, in epoch milliseconds. */
  readonly at: number;
  /** The difference of local time to UTC before it, in milliseconds. */
  readonly before: number;
  readonly after: number;
}

/**
 * An instant of a local time. A time that the clocks skip has the instant right after the gap, and is marked as `skipped`;
 * a time that comes twice has two.
 */
export interface LocalInstant {
  readonly earlier: number;
  readonly later: number;
  readonly isSkipped: boolean;
  /** The change that skips or repeats it. */
  readonly change?: ClockChange | undefined;
}

/**
 * Local time of one time zone. A local time is a number here, the milliseconds from the epoch to that time on a clock of
 * UTC: it has all the fields of a date, and can be calculated with.
 */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat;
  /** For days of UTC: the offset all day, or the change, which may come at the very end of it. */
  readonly #days = new Map<number, number | ClockChange>();

  /** @throws RangeError when there is no such zone. */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** The local time at an instant. */
  localAt(instant: number): number {
    return instant + this.#offsetAt(instant);
  }

  resolve(local: number): LocalInstant {
    const before = this.#offsetAt(local - FURTHEST_EAST_MS);
    const after = this.#offsetAt(local + FURTHEST_WEST_MS);
    if (before === after) return { earlier: local - before, later: local - before, isSkipped: false };
    const earlier = local - before;
    const later = local - after;
    const isBefore = this.#offsetAt(earlier) === before;
    const isAfter = this.#offsetAt(later) === after;
    if (isBefore !== isAfter) {
      const only = isBefore ? earlier : later;
      return { earlier: only, later: only, isSkipped: false };
    }
    const [change] = this.changes(local - FURTHEST_EAST_MS, local + FURTHEST_WEST_MS);
    if (isBefore) return { earlier, later, isSkipped: false, change };
    const at = change?.at ?? earlier;
    return { earlier: at, later: at, isSkipped: true, change };
  }

  /** The changes of the clocks after an instant, up to and including another. */
  changes(after: number, upTo: number): ClockChange[] {
    const found: ClockChange[] = [];
    const last = Math.floor(Math.min(upTo, LAST_KNOWN) / DAY_MS);
    for (let day = Math.floor(Math.max(after, FIRST_KNOWN) / DAY_MS); day <= last; day++) {
      const offset = this.#dayOffset(day);
      if (typeof offset !== 'number' && offset.at > after && offset.at <= upTo) found.push(offset);
    }
    return found;
  }

  #offsetAt(instant: number): number {
    const known = Math.min(Math.max(instant, FIRST_KNOWN), LAST_KNOWN);
    const offset = this.#dayOffset(Math.floor(known / DAY_MS));
    if (typeof offset === 'number') return offset;
    return known < offset.at ? offset.before : offset.after;
  }

  #dayOffset(day: number): number | ClockChange {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    if (this.#days.size >= DAYS_KEPT) this.#days.clear();
    const before = this.#ask(day * DAY_MS);
    const after = this.#ask((day + 1) * DAY_MS);
    const offset = before === after ? before : { at: this.#changeWithin(day * DAY_MS, before), before, after };
    this.#days.set(day, offset);
    return offset;
  }

  /** The first instant after the start of a day, to the second, whose offset is not `before`. */
  #changeWithin(start: number, before: number): number {
    let [low, high] = [0, DAY_MS / 1_000];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#ask(start + middle * 1_000) === before) low = middle;
      else high = middle;
    }
    return start + high * 1_000;
  }

  /** The offset at an instant that is a whole second. */
  #ask(instant: number): number {
    const [month = 0, day, year = 0, hour, minute, second] = (
      this.#format.format(instant).match(/\d+/g) as RegExpMatchArray
    ).map(Number);
    const local = new Date(0);
    // Not `Date.UTC`, for which the first century is the twentieth.
    local.setUTCFullYear(year, month - 1, day);
    return local.setUTCHours(hour as number, minute, second) - instant;
  }
}
