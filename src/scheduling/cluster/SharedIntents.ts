import type { Clock, ClockTimer } from '../../contracts/Clock';
import type { ClusterIntent, ClusterIntents } from '../../contracts/ClusterEngine';
import type { TaskSchedule } from '../../contracts/entries';
import type { PauseInfo } from '../../contracts/status';

/** Milliseconds until what is over and still set is lifted again: the clock of the store may be a little behind. */
const AGAIN_MS = 1_000;

/** The task and the cluster of {@link SharedIntents}. */
export interface IntentParts {
  /** The clock of the store. */
  readonly clock: Clock;
  /** Lifts in the cluster what is over, where nothing else has taken its place. */
  readonly lift: (over: ClusterIntents) => Promise<void>;
  /** Called when other intents are in force than before. */
  readonly changed: (isRescheduled: boolean) => void;
}

/** Everything that operators have set for one task in the cluster. What is over is in force no longer, and lifted by any process. */
export class SharedIntents {
  readonly #parts: IntentParts;
  /** Everything that the engine has told, also what is over. */
  #told: ClusterIntents = {};
  #inForce: ClusterIntents = {};
  #timer: ClockTimer | undefined;
  #hasEnded = false;

  constructor(parts: IntentParts) {
    this.#parts = parts;
  }

  get inForce(): ClusterIntents {
    return this.#inForce;
  }

  /** The pause that ends last: the task is paused while any holds. */
  get pause(): PauseInfo | undefined {
    const { pause: own, applicationPause: ofAll } = this.#inForce;
    const pause = own === undefined || (ofAll !== undefined && endOf(ofAll) > endOf(own)) ? ofAll : own;
    if (pause === undefined) return undefined;
    const { since, until, reason, by } = pause;
    return { since, ...(until === undefined ? {} : { until }), reason, by };
  }

  /** The schedule in place of the declared one; undefined if there is none. */
  get schedule(): TaskSchedule | undefined {
    return this.#inForce.reschedule?.schedule;
  }

  /** Takes everything that the engine tells, and passes it on. */
  take(told: ClusterIntents): void {
    this.#told = told;
    this.#look(true);
  }

  /** Finds out what is over now. */
  look(): void {
    this.#look(false);
  }

  end(): void {
    this.#hasEnded = true;
    this.#timer?.cancel();
  }

  #look(isNew: boolean): void {
    const { clock, changed } = this.#parts;
    const before = this.#inForce;
    const now = clock.now();
    this.#inForce = where(this.#told, (intent) => endOf(intent) > now);
    const ends = Object.values(this.#inForce).map(endOf);
    this.#arm(Math.min(...ends));
    const isRescheduled = JSON.stringify(before.reschedule?.schedule) !== JSON.stringify(this.schedule);
    if (isNew || JSON.stringify(before) !== JSON.stringify(this.#inForce)) changed(isRescheduled);
    void this.#lift();
  }

  #arm(at: number): void {
    this.#timer?.cancel();
    this.#timer = at < Infinity && !this.#hasEnded ? this.#parts.clock.at(at, () => this.look()) : undefined;
  }

  async #lift(): Promise<void> {
    const { clock, lift } = this.#parts;
    const over = this.#over(clock.now());
    if (over === undefined) return;
    try {
      await lift(over);
    } catch {
      return; // it is away: this process is told again what is set when it is back
    }
    const now = clock.now();
    if (this.#over(now) === undefined) return;
    this.#arm(Math.min(now + AGAIN_MS, ...Object.values(this.#inForce).map(endOf)));
  }

  /** The intents that are set and over; undefined if there are none. */
  #over(now: number): ClusterIntents | undefined {
    const over = where(this.#told, (intent) => endOf(intent) <= now);
    return Object.keys(over).length === 0 ? undefined : over;
  }
}

const endOf = ({ until }: ClusterIntent): number => (until === undefined ? Infinity : Date.parse(until));

const where = (all: ClusterIntents, holds: (intent: ClusterIntent) => boolean): ClusterIntents =>
  Object.fromEntries(Object.entries(all).filter(([, intent]) => holds(intent as ClusterIntent)));
