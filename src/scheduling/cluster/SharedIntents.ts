import type { Clock, ClockTimer } from '../../contracts/Clock';
import type { ClusterIntent, ClusterIntentChange, ClusterIntents } from '../../contracts/ClusterEngine';
import type { TaskSchedule } from '../../contracts/entries';
import type { SkippedMoment } from '../../contracts/Scheduler';
import type { PauseInfo } from '../../contracts/status';
import { OperationInvalidError } from '../../errors/operatorErrors';
import { isoText } from '../../time/instant';

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
    const info = { since, ...(until === undefined ? {} : { until }), reason, by };
    return pause === ofAll ? { ...info, ofAll: true } : info;
  }

  /** The due moment that is skipped; undefined if there is none. */
  get skip(): SkippedMoment | undefined {
    const { skipNext } = this.#inForce;
    return skipNext && { at: skippedFrom(skipNext) ?? 0, by: skipNext.by, reason: skipNext.reason };
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

/** The due moment that a `skipNext` names; undefined if it names none, which means the next one. */
export function skippedFrom({ value = '' }: Pick<ClusterIntent, 'value'>): number | undefined {
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}

/**
 * Refuses what would be over as soon as it is set: the clock of this process is behind that of the store.
 *
 * @param now - by the clock of the store.
 * @throws OperationInvalidError
 */
export function refuseOver(change: ClusterIntentChange, now: number): void {
  for (const { until } of Object.values(change).filter((intent) => intent !== undefined)) {
    if (until === undefined || Date.parse(until) > now) continue;
    const its = `it is ${isoText(now)} by the clock of the cluster's store, which the tasks of cluster scope follow`;
    throw new OperationInvalidError([`"until" is over: ${until} is not in the future; ${its}.`]);
  }
}

const endOf = ({ until }: ClusterIntent): number => (until === undefined ? Infinity : Date.parse(until));

const where = (all: ClusterIntents, holds: (intent: ClusterIntent) => boolean): ClusterIntents =>
  Object.fromEntries(Object.entries(all).filter(([, intent]) => holds(intent as ClusterIntent)));
