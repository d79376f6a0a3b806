/** The limits of a {@link Standstill}, in milliseconds. */
export interface StandstillLimits {
  /** The time without a beat that counts as standing still. */
  readonly after: number;
  /** The time from beat to beat, and from look to look. */
  readonly step: number;
}

/** The part of the time between two looks that is counted, in steps: more has passed for the one who looks as well. */
const MOST_STEPS = 2;

/**
 * Decides by the beats of another thread whether it stands still. Only time in which this thread has looked counts, so that a
 * process that was stopped, or a machine that slept or had no time for either thread, is no standstill.
 */
export class Standstill {
  readonly #limits: StandstillLimits;
  #beats: number | undefined;
  #lookedAt = 0;
  #stoodMs = 0;
  #isForgiven = false;

  constructor(limits: StandstillLimits) {
    this.#limits = limits;
  }

  /** The time since the last beat that was seen, of which up to one step may have passed before the loop was held. */
  get stoodMs(): number {
    return this.#stoodMs;
  }

  /** True from the moment at which it has certainly stood still for `after`, until the next beat. */
  get isStanding(): boolean {
    return !this.#isForgiven && this.#stoodMs >= this.#limits.after + this.#limits.step;
  }

  /** Looks at the number of beats so far. Returns the time that it had stood still if it has just begun to beat again. */
  look(now: number, beats: number): number | undefined {
    const passed = Math.min(now - this.#lookedAt, MOST_STEPS * this.#limits.step);
    this.#lookedAt = now;
    if (beats === this.#beats) {
      this.#stoodMs += passed;
      return undefined;
    }
    // Before the first beat nothing is known to stand still.
    const ended = this.isStanding && this.#beats !== undefined ? this.#stoodMs + passed / 2 : undefined;
    this.#beats = beats;
    this.#stoodMs = 0;
    this.#isForgiven = false;
    return ended;
  }

  /** Takes it as meant, until the next beat: a debugger holds it. */
  forgive(): void {
    this.#isForgiven = true;
  }
}

const SHORTEST_STEP_MS = 10;
const LONGEST_STEP_MS = 200;

/** The time between two beats, and between two looks at them, in milliseconds: a tenth of `after`, 10 to 200. */
export const stepOf = (after: number): number =>
  Math.min(Math.max(Math.round(after / 10), SHORTEST_STEP_MS), LONGEST_STEP_MS);
