import type { AsyncResource } from 'node:async_hooks';

import type { PeriodicTaskSpec } from '../contracts/entries';
import type { CallEnvironment } from '../execution/CallContext';
import { alarmOn, type Alarm, type AlarmOwner } from '../time/Alarm';
import { DueMoments, type TakenMoment } from './DueMoments';
import type { StateStore } from './StateStore';

/** The parts of a scheduler that a {@link DueTimer} works with. */
export interface TimerParts {
  readonly environment: Pick<CallEnvironment, 'clock'>;
  /** The async context of timers and runs, which holds nothing of any caller. */
  readonly context: AsyncResource;
  /** Remembers the next due moments. */
  readonly store: StateStore;
  /** A random number, at least 0 and less than 1, for jitter. */
  readonly random: () => number;
}

/** The task that a {@link DueTimer} keeps the due moments of. */
export interface DueTask {
  /** The name under which the next due moment is saved. */
  readonly path: string;
  /**
   * Called with each due moment when it has come; the timer of the next one is set by then.
   *
   * @param now - the time on the clock.
   */
  due(moment: TakenMoment, trigger: 'schedule' | 'catch-up', now: number): void;
}

/** Waits on the clock for the due moments of one task, one at a time, and saves the next one if it is remembered. */
export class DueTimer implements AlarmOwner {
  readonly #scheduler: TimerParts;
  readonly #task: DueTask;
  readonly #remembers: boolean;
  readonly #moments: DueMoments;
  readonly #alarm: Alarm;
  #catchesUp = false;
  #hasEnded = false;

  constructor(scheduler: TimerParts, task: DueTask, spec: PeriodicTaskSpec) {
    this.#scheduler = scheduler;
    this.#task = task;
    this.#remembers = spec.misfire === 'run-once' && spec.schedule.kind !== 'manual';
    this.#moments = new DueMoments(spec, scheduler.random);
    this.#alarm = alarmOn(scheduler.environment.clock, this);
  }

  get context(): AsyncResource {
    return this.#scheduler.context;
  }

  /** The next nominal due moment; `Infinity` when there is none, or none yet. */
  get next(): number {
    return this.#hasEnded ? Infinity : this.#moments.next;
  }

  /** The newest due moment that is not after an instant, and the first one after it. */
  around(at: number): ReturnType<DueMoments['around']> {
    return this.#moments.around(at);
  }

  /** Begins at `now`. A due moment that was missed while the process was down is due at once. */
  open(now: number): void {
    const remembered = this.#remembers ? this.#scheduler.store.get(this.#task.path) : undefined;
    this.#catchesUp = this.#moments.open(now, remembered);
    this.#changed(now);
  }

  /** Takes notice of the end of a scheduled run: a fixed-delay task is due one interval after it. */
  runEnded(): void {
    if (!this.#moments.isFixedDelay) return;
    const now = this.#now();
    this.#moments.continueFrom(now);
    this.#changed(now);
  }

  /** Takes notice of a due moment that led to no run: the next one of a fixed-delay task cannot wait for its end. */
  runSkipped(scheduledAt: number): void {
    if (!this.#moments.isFixedDelay) return;
    const now = this.#now();
    this.#moments.continueWithout(scheduledAt, now);
    this.#changed(now);
  }

  /** Follows the clock, which was set back by `ms`. */
  stepBack(ms: number): void {
    const now = this.#now();
    this.#moments.stepBack(ms, now);
    this.#changed(now);
  }

  /** Keeps no further due moment. */
  end(): void {
    this.#hasEnded = true;
    this.#alarm.clear();
  }

  ring(now: number): void {
    if (now < this.#moments.firesAt) {
      // The clock was set back, or is not exact.
      this.#set();
      return;
    }
    const moment = this.#moments.take(now);
    const trigger = this.#catchesUp ? 'catch-up' : 'schedule';
    this.#catchesUp = false;
    this.#changed(now);
    this.#task.due(moment, trigger, now);
  }

  #changed(now: number): void {
    if (this.#hasEnded) return;
    if (this.#remembers) this.#scheduler.store.set(this.#task.path, this.#moments.remembered(now));
    this.#set();
  }

  #set(): void {
    const { firesAt } = this.#moments;
    if (firesAt === Infinity) this.#alarm.clear();
    else this.#alarm.set(firesAt);
  }

  #now(): number {
    return this.#scheduler.environment.clock.now();
  }
}
