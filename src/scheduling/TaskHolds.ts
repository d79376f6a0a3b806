import type { SkipReason } from '../contracts/RunRecord';
import type { EndedHold, SkippedMoment } from '../contracts/Scheduler';
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
  readonly #ended: () => readonly EndedHold[];
  #pause: PauseInfo | undefined;
  #paused: HeldMoment | undefined;
  #skip: SkippedMoment | undefined;
  #skipped: HeldMoment | undefined;
  #withheld: HeldMoment | undefined;

  /**
   * @param redact - removes secrets from a text.
   * @param ended - returns the holds that are over, and that due moments fell into which are not decided yet.
   */
  constructor(
    redact: (text: string) => string,
    ended: () => readonly EndedHold[] = () => [],
    pause?: PauseInfo,
    need?: string,
  ) {
    this.#redact = redact;
    this.#ended = ended;
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
   * @param dueFrom - returns the first due moment that is not before an instant.
   */
  nextKept(from: number, dueFrom: (at: number) => number): number {
    const firstFrom = (at: number): number => {
      const due = dueFrom(at);
      const hold = this.#endedAround(due, due);
      return hold === undefined ? due : firstFrom(hold.to);
    };
    const next = firstFrom(this.#pause === undefined ? from : Math.max(from, endOf(this.#pause)));
    return this.#skip !== undefined && next === firstFrom(this.#skip.at) ? firstFrom(next + 1) : next;
  }

  /** The pause or the skip that holds a due moment which is decided at `now`; also one that is over and held it. */
  operatorsHold(scheduledAt: number, now: number): HeldMoment | undefined {
    if (this.#skip !== undefined && scheduledAt >= this.#skip.at) return this.#skipped;
    return this.holdOfAll({ from: scheduledAt, to: scheduledAt }, now);
  }

  /** The pause that holds all due moments from one to another which are decided at `now`; also one that is over. */
  holdOfAll({ from, to }: { readonly from: number; readonly to: number }, now: number): HeldMoment | undefined {
    // The clock may have been set back since they came, or have gone on past the end of the pause.
    if (this.#pause !== undefined && Math.min(to, now) < endOf(this.#pause)) return this.#paused;
    return this.#heldByEnded(from, to);
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
    return this.#heldByEnded(due, due) ?? this.#withheld;
  }

  /** Follows the clock, which was set back by `ms`, as the due moments of an interval do. */
  stepBack(ms: number): void {
    if (this.#skip !== undefined) this.#skip = { ...this.#skip, at: this.#skip.at - ms };
  }

  #endedAround(from: number, to: number): EndedHold | undefined {
    return this.#ended().findLast((hold) => hold.from <= from && to < hold.to);
  }

  #heldByEnded(from: number, to: number): HeldMoment | undefined {
    const hold = this.#endedAround(from, to);
    return hold && this.#heldBy(hold.what, hold);
  }

  #heldBy(what: string, { by, reason }: Pick<PauseInfo, 'by' | 'reason'>): HeldMoment {
    return { reason: 'paused', detail: this.#redact(`${what} by ${by}: ${reason}`) };
  }
}

const endOf = ({ until }: PauseInfo): number => (until === undefined ? Infinity : Date.parse(until));
