/** The limits of a {@link Standstill}, in milliseconds. */
export interface StandstillLimits {
  /** The time without a beat that counts as standing still. */
  readonly after: number;
  /** The time from beat to beat. */
  readonly beat: number;
  /** The time from look to look while beats are missing. */
  readonly step: number;
}

/** The time from look to look while there are beats, in steps. */
const REST_STEPS = 5;
/** The part of the time between two looks that is counted when the second is late, in steps: nobody ran in the rest of it. */
const MOST_STEPS_LATE = 2;

/**
 * Decides by the beats of another thread whether it stands still. It is rarely looked at while it beats, and often once a beat
 * is late. Only time in which this thread has looked counts, so that a process that was stopped, or a machine that slept or had
 * no time for either thread, is no standstill.
 */
export class Standstill {
  readonly #limits: StandstillLimits;
  #beatAt: number | undefined;
  #lookedAt = 0;
  /** The time since the last beat in which this thread should have looked and did not. */
  #missedMs = 0;
  #stoodMs = 0;
  #isForgiven = false;

  constructor(limits: StandstillLimits) {
    this.#limits = limits;
  }

  /** The time since the last beat, as far as it counts. The loop has been held for less, by up to the time between two beats. */
  get stoodMs(): number {
    return this.#stoodMs;
  }

  /** True from the moment at which it has certainly stood still for `after`, until the next beat. */
  get isStanding(): boolean {
    return !this.#isForgiven && this.#stoodMs >= this.#certainMs;
  }

  /** The time after which the next look is due. */
  get nextLookMs(): number {
    const { beat, step } = this.#limits;
    if (this.#stoodMs < beat + step) return REST_STEPS * step;
    const left = Math.ceil(this.#certainMs - this.#stoodMs);
    return left > 0 ? Math.min(left, step) : step;
  }

  /**
   * Looks at the time of the last beat, by the same clock as `now`. Returns the time that it had stood still if it has beaten
   * again.
   */
  look(now: number, beatAt: number): number | undefined {
    const missed = this.#missedBy(now);
    const last = this.#beatAt;
    this.#lookedAt = now;
    if (beatAt === last) {
      this.#missedMs += missed;
      this.#stoodMs = Math.max(0, now - beatAt - this.#missedMs);
      return undefined;
    }
    const ended =
      this.isStanding && last !== undefined
        ? Math.max(this.#stoodMs, beatAt - last - this.#missedMs - missed)
        : undefined;
    this.#beatAt = beatAt;
    const since = Math.max(0, now - beatAt);
    // Before the first look nothing is known to stand still; and whatever was missed may have come after the beat.
    this.#missedMs = last === undefined ? since : Math.min(missed, since);
    this.#stoodMs = since - this.#missedMs;
    this.#isForgiven = false;
    return ended;
  }

  /** Takes it as meant, until the next beat: a debugger holds it. */
  forgive(): void {
    this.#isForgiven = true;
  }

  /** The time since the last look that does not count. */
  #missedBy(now: number): number {
    const { step } = this.#limits;
    const passed = now - this.#lookedAt;
    return passed > this.nextLookMs + step ? Math.max(0, passed - MOST_STEPS_LATE * step) : 0;
  }

  /** The loop may have been held right after the last beat, or right before the next one. */
  get #certainMs(): number {
    return this.#limits.after + this.#limits.beat;
  }
}

const SHORTEST_STEP_MS = 10;
const LONGEST_STEP_MS = 200;

/** The time between two looks while beats are missing, in milliseconds: a tenth of `after`, 10 to 200. */
export const stepOf = (after: number): number =>
  Math.min(Math.max(Math.round(after / 10), SHORTEST_STEP_MS), LONGEST_STEP_MS);

/** The time between two beats, in milliseconds: a fifth of `after`, 20 to 400. Each wakes a process that waits. */
export const beatOf = (after: number): number => 2 * stepOf(after);

/** The limits for a loop that may stand still for `after`. */
export const limitsOf = (after: number): StandstillLimits => ({ after, beat: beatOf(after), step: stepOf(after) });
