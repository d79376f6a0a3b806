import type { Jitter, PeriodicTaskSpec, TaskSchedule } from '../contracts/entries';
import { LAST_INSTANT } from '../time/instant';
import type { RememberedMoment } from './RememberedMoments';
import type { MissedMoments } from './runs';
import { countDue, nextDue, previousDue, scheduleKey, tellable } from './when';

/**
 * When the clock is set back by up to this, a cron schedule does not repeat the due moments it has kept: it waits until
 * the clock is past them. A larger step is a wrong clock put right, and waiting could take years.
 */
export const LONGEST_REPEAT_MS = 3 * 3_600_000;

/** A due moment that has come, and the earlier ones that were missed. */
export interface TakenMoment {
  readonly scheduledAt: number;
  readonly missed?: MissedMoments;
}

/**
 * The due moments of one task, taken one after the other. Instants are epoch milliseconds; the caller gives the time, no
 * clock is read.
 */
export class DueMoments {
  readonly #schedule: TaskSchedule;
  readonly #jitter: Jitter;
  readonly #random: (due: number) => number;
  readonly #isShared: boolean;
  #anchor: number;
  #next = Infinity;
  #delay = 0;

  /**
   * @param random - the part of the jitter that a due moment gets: at least 0, less than 1.
   * @param anchor - the instant that an interval counts from, if others know it too. @defaultValue when it is opened
   */
  constructor(
    { schedule, jitter }: Pick<PeriodicTaskSpec, 'schedule' | 'jitter'>,
    random: (due: number) => number,
    anchor?: number,
  ) {
    this.#schedule = schedule;
    this.#jitter = jitter;
    this.#random = random;
    this.#isShared = anchor !== undefined;
    this.#anchor = anchor ?? 0;
  }

  /** The next nominal due moment; `Infinity` when there is none, or none yet. */
  get next(): number {
    return this.#next;
  }

  /** The next due moment with its jitter. */
  get firesAt(): number {
    return this.#next + this.#delay;
  }

  get isFixedDelay(): boolean {
    return this.#schedule.kind === 'interval' && this.#schedule.mode === 'fixed-delay';
  }

  /** The next due moment to save. While a fixed-delay run is in progress: now plus the interval. */
  remembered(now: number): RememberedMoment {
    const next = this.isFixedDelay && this.#next === Infinity ? now + this.#everyMs : this.#next;
    return { schedule: scheduleKey(this.#schedule), nextDue: Math.min(next, LAST_INSTANT) };
  }

  /**
   * Begins to keep due moments. An interval counts from `now`, or goes on from the saved due moment of the same schedule.
   * @returns true when the saved due moment has passed, and has to be made up at once.
   */
  open(now: number, remembered?: RememberedMoment): boolean {
    if (!this.#isShared) this.#anchor = now;
    if (!this.#continues(now, remembered)) {
      // An interval without an initial delay is due at its anchor; cron is due when a moment comes, not when it is there.
      this.#advanceTo(nextDue(this.#schedule, this.#anchor, this.#schedule.kind === 'interval' ? now - 1 : now));
      return false;
    }
    const { nextDue: next } = remembered;
    if (this.#schedule.kind === 'interval') this.#anchor = next - this.#schedule.initialDelayMs;
    this.#advanceTo(next);
    if (next > now) return false;
    this.#delay = 0;
    return true;
  }

  /** Takes the newest due moment that `now` has reached, and goes on to the next one. `firesAt` has been reached. */
  take(now: number): TakenMoment {
    const first = this.#next;
    if (this.isFixedDelay) {
      this.#next = Infinity;
      return { scheduledAt: first };
    }
    this.#advanceTo(this.#after(first));
    if (this.firesAt > now) return { scheduledAt: first };

    let newest = this.#upTo(now, first);
    this.#advanceTo(newest);
    // A due moment that is only being delayed by its jitter is not late: the one before it is the newest.
    if (this.firesAt > now) newest = this.#upTo(newest - 1, first);
    else this.#advanceTo(this.#after(newest));
    if (newest <= first) return { scheduledAt: first };

    const to = this.#upTo(newest - 1, first);
    const count = countDue(this.#schedule, this.#anchor, first - 1, to);
    return { scheduledAt: newest, missed: { from: first, to, count } };
  }

  /** Takes notice of a run in flight: a fixed-delay task has no due moment until {@link continueFrom}. */
  waitForRun(): void {
    if (this.isFixedDelay) this.#next = Infinity;
  }

  /** Sets the next due moment of a fixed-delay task after a run that ended at `end`. */
  continueFrom(end: number): void {
    if (this.#schedule.kind !== 'interval') return;
    this.#anchor = end + this.#schedule.everyMs - this.#schedule.initialDelayMs;
    this.#advanceTo(end + this.#schedule.everyMs);
  }

  /** Sets the next due moment of a fixed-delay task when the one at `scheduledAt` led to no run. */
  continueWithout(scheduledAt: number, now: number): void {
    const periods = Math.max(Math.ceil((now + 1 - scheduledAt) / this.#everyMs), 1);
    this.continueFrom(scheduledAt + (periods - 1) * this.#everyMs);
  }

  /** Follows the clock, which was set back by `ms`, to `now`. Due moments that were taken do not come again. */
  stepBack(ms: number, now: number): void {
    if (this.#schedule.kind === 'interval') {
      // The interval goes on undisturbed. A shift by a multiple of it would bring due moments back that were taken.
      const shift = ms % this.#schedule.everyMs === 0 ? ms - 1 : ms;
      this.#anchor -= shift;
      // It had no due moment left, on a clock that stood at the end of all instants.
      if (this.#next === Infinity && !this.isFixedDelay) this.#advanceTo(nextDue(this.#schedule, this.#anchor, now));
      else this.#next -= shift;
    } else if (ms > LONGEST_REPEAT_MS) {
      this.#advanceTo(nextDue(this.#schedule, this.#anchor, now));
    }
  }

  /** A due moment with its jitter; of another one than the next only if the jitter is no random number. */
  withJitter(due: number): number {
    return due + this.#drawJitter(due);
  }

  /** The number of due moments after an instant, up to and including another. */
  countBetween(after: number, upTo: number): number {
    return countDue(this.#schedule, this.#anchor, after, upTo);
  }

  /** The newest due moment that is not after an instant, and the first one after it. */
  around(at: number): { readonly previous?: number; readonly next?: number } {
    const previous = previousDue(this.#schedule, this.#anchor, at);
    const next = nextDue(this.#schedule, this.#anchor, at);
    return { ...(previous === undefined ? {} : { previous }), ...(next === Infinity ? {} : { next }) };
  }

  get #everyMs(): number {
    return this.#schedule.kind === 'interval' ? this.#schedule.everyMs : Infinity;
  }

  #advanceTo(at: number): void {
    const next = tellable(at);
    this.#next = next;
    this.#delay = next === Infinity ? 0 : this.#drawJitter(next);
  }

  /** Draws a delay shorter than the gap to the next due moment, so that due moments keep their order. */
  #drawJitter(due: number): number {
    if (this.#jitter.kind === 'none') return 0;
    const gap = this.#after(due) - due;
    const most =
      this.#jitter.kind === 'ms' ? Math.min(this.#jitter.ms, gap) : (Math.min(this.#jitter.percent, 100) / 100) * gap;
    return Number.isFinite(most) ? Math.floor(this.#random(due) * most) : 0;
  }

  #after(due: number): number {
    return nextDue(this.#schedule, this.#anchor, due);
  }

  #upTo(at: number, atLeast: number): number {
    return Math.max(previousDue(this.#schedule, this.#anchor, at) ?? atLeast, atLeast);
  }

  #continues(now: number, remembered: RememberedMoment | undefined): remembered is RememberedMoment {
    if (remembered?.schedule !== scheduleKey(this.#schedule)) return false;
    if (this.#schedule.kind !== 'interval') return remembered.nextDue <= now;
    // A moment saved while the clock was far ahead would keep the task waiting for as long.
    return remembered.nextDue - now <= Math.max(this.#schedule.everyMs, this.#schedule.initialDelayMs);
  }
}
