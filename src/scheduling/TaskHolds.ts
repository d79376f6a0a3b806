import type { SkipReason } from '../contracts/RunRecord';
import type { SkippedMoment } from '../contracts/Scheduler';
import type { PauseInfo } from '../contracts/status';

/** The part of the holds that an explanation is made of. */
export interface HeldMoment {
  readonly reason: Extract<SkipReason, 'paused' | 'dependency'>;
  /** In words: who holds it, and why. */
  readonly detail: string;
}

/**
 * The holds on the due moments of one task: a pause, one moment that an operator has skipped, and a listener that it needs
 * and that does not run. Instants are epoch milliseconds.
 */
export class TaskHolds {
  readonly #redact: (text: string) => string;
  #pause: PauseInfo | undefined;
  #paused: HeldMoment | undefined;
  #skip: SkippedMoment | undefined;
  #skipped: HeldMoment | undefined;
  #withheld: HeldMoment | undefined;

  /** @param redact - removes secrets from a text. */
  constructor(redact: (text: string) => string, pause?: PauseInfo, need?: string) {
    this.#redact = redact;
    this.pause = pause;
    this.need = need;
  }

  get pause(): PauseInfo | undefined {
    return this.#pause;
  }

  set pause(pause: PauseInfo | undefined) {
    this.#pause = pause;
    this.#paused = pause && this.#heldBy('pause', pause);
  }

  /** Skips a due moment, in place of an earlier one; undefined skips none. */
  set skip(skip: SkippedMoment | undefined) {
    this.#skip = skip;
    this.#skipped = skip && this.#heldBy('skip-next', skip);
  }

  /** Ends a skip of a due moment up to an instant. Returns true if there was one. */
  endSkip(passed: number): boolean {
    if (this.#skip === undefined || this.#skip.at > passed) return false;
    this.skip = undefined;
    return true;
  }

  /** Sets the listener that the daemon needs, and that does not run; undefined when there is none. */
  set need(need: string | undefined) {
    this.#withheld =
      need === undefined ? undefined : { reason: 'dependency', detail: `it needs "${need}", which does not run` };
  }

  get isWithheld(): boolean {
    return this.#withheld !== undefined;
  }

  /**
   * The first due moment from an instant on that will be kept: after a pause, and not the one that an operator skips; `Infinity`
   * if there is none.
   *
   * @param firstFrom - returns the first due moment that is not before an instant.
   */
  nextKept(from: number, firstFrom: (at: number) => number): number {
    const next = firstFrom(this.#pause === undefined ? from : Math.max(from, endOf(this.#pause)));
    return this.#skip !== undefined && next === firstFrom(this.#skip.at) ? firstFrom(next + 1) : next;
  }

  /** The pause or the skip that holds a due moment which comes at `now`. */
  operatorsHold(scheduledAt: number, now: number): HeldMoment | undefined {
    if (this.#skip !== undefined && scheduledAt >= this.#skip.at) return this.#skipped;
    return this.#pause !== undefined && now < endOf(this.#pause) ? this.#paused : undefined;
  }

  /** In words, who or what a moment is skipped for that is skipped for that reason. */
  detailOf(reason: SkipReason, scheduledAt: number, now: number): string | undefined {
    if (reason === 'dependency') return this.#withheld?.detail;
    return reason === 'paused' ? (this.operatorsHold(scheduledAt, now) ?? this.#paused)?.detail : undefined;
  }

  /**
   * The hold that a due moment to come will meet, as things are.
   *
   * @param firstFrom - returns the first due moment that is not before an instant.
   */
  holdOf(due: number, firstFrom: (at: number) => number | undefined): HeldMoment | undefined {
    if (this.#pause !== undefined && due < endOf(this.#pause)) return this.#paused;
    if (this.#skip !== undefined && firstFrom(this.#skip.at) === due) return this.#skipped;
    return this.#withheld;
  }

  /** Follows the clock, which was set back by `ms`, as the due moments of an interval do. */
  stepBack(ms: number): void {
    if (this.#skip !== undefined) this.#skip = { ...this.#skip, at: this.#skip.at - ms };
  }

  #heldBy(what: string, { by, reason }: Pick<PauseInfo, 'by' | 'reason'>): HeldMoment {
    return { reason: 'paused', detail: this.#redact(`${what} by ${by}: ${reason}`) };
  }
}

const endOf = ({ until }: PauseInfo): number => (until === undefined ? Infinity : Date.parse(until));
