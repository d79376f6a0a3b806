import type { ClockTimer } from '../contracts/Clock';
import type { PeriodicTaskSpec } from '../contracts/entries';
import { DueMoments, type TakenMoment } from './DueMoments';
import type { EmitEvent } from '../contracts/ApplicationEvents';
import type { CallEnvironment } from '../execution/CallContext';
import type { StateStore } from './StateStore';

/** Waits on the clock for the due moments of one task, one timer at a time, and saves the next one if it is remembered. */
export class DueTimer {
  readonly #scheduler: RunnerParts;
  readonly #key: string;
  readonly #remembers: boolean;
  readonly #moments: DueMoments;
  readonly #taken: (moment: TakenMoment, trigger: 'schedule' | 'catch-up') => void;
  #timer: ClockTimer | undefined;
  #catchesUp = false;
  #hasEnded = false;

  /**
   * @param key - the name under which the next due moment is saved.
   * @param taken - called with each due moment when it has come; the timer of the next one is armed by then.
   */
  constructor(
    scheduler: RunnerParts,
    key: string,
    spec: PeriodicTaskSpec,
    taken: (moment: TakenMoment, trigger: 'schedule' | 'catch-up') => void,
  ) {
    this.#scheduler = scheduler;
    this.#key = key;
    this.#remembers = spec.misfire === 'run-once' && spec.schedule.kind !== 'manual';
    this.#moments = new DueMoments(spec, scheduler.random);
    this.#taken = taken;
  }

  /** The next nominal due moment; `Infinity` when there is none, or none yet. */
  get next(): number {
    return this.#hasEnded ? Infinity : this.#moments.next;
  }

  /** The newest due moment that is not after an instant, and the first one after it. */
  around(at: number): ReturnType<DueMoments['around']> {
    return this.#moments.around(at);
  }

  /** Begins. A due moment that was missed while the process was down is due at once. */
  open(): void {
    const remembered = this.#remembers ? this.#scheduler.store.get(this.#key) : undefined;
    this.#catchesUp = this.#moments.open(this.#now(), remembered);
    this.#changed();
  }

  /** Takes notice of the end of a scheduled run: a fixed-delay task is due one interval after it. */
  runEnded(): void {
    if (!this.#moments.isFixedDelay) return;
    this.#moments.continueFrom(this.#now());
    this.#changed();
  }

  /** Takes notice of a due moment that led to no run: the next one of a fixed-delay task cannot wait for its end. */
  runSkipped(scheduledAt: number): void {
    if (!this.#moments.isFixedDelay) return;
    this.#moments.continueWithout(scheduledAt, this.#now());
    this.#changed();
  }

  /** Follows the clock, which was set back by `ms`. */
  stepBack(ms: number): void {
    this.#moments.stepBack(ms, this.#now());
    this.#changed();
  }

  /** Keeps no further due moment. */
  end(): void {
    this.#hasEnded = true;
    this.#timer?.cancel();
  }

  readonly #fired = (): void => {
    const now = this.#now();
    if (now < this.#moments.firesAt) {
      // The clock was set back, or is not exact.
      this.#arm();
      return;
    }
    const moment = this.#moments.take(now);
    const trigger = this.#catchesUp ? 'catch-up' : 'schedule';
    this.#catchesUp = false;
    this.#changed();
    this.#taken(moment, trigger);
  };

  #changed(): void {
    if (this.#hasEnded) return;
    if (this.#remembers) this.#scheduler.store.set(this.#key, this.#moments.remembered(this.#now()));
    this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    const { firesAt } = this.#moments;
    this.#timer = firesAt === Infinity ? undefined : this.#scheduler.environment.clock.at(firesAt, this.#fired);
  }

  #now(): number {
    return this.#scheduler.environment.clock.now();
  }
}

/** The parts of a scheduler that its tasks share. */
export interface RunnerParts {
  readonly environment: CallEnvironment;
  readonly emit: EmitEvent;
  /** Remembers the next due moments. */
  readonly store: StateStore;
  /** Returns a new id at each call. */
  readonly nextRunId: () => string;
  /** A random number, at least 0 and less than 1, for jitter. */
  readonly random: () => number;
}
