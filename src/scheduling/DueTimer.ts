import type { AsyncResource } from 'node:async_hooks';

import type { PeriodicTaskSpec } from '../contracts/entries';
import type { CallEnvironment } from '../execution/CallContext';
import { alarmOn, type Alarm, type AlarmOwner } from '../time/Alarm';
import { DueMoments, type TakenMoment } from './DueMoments';
import { isRemembered, type RememberedMoments } from './RememberedMoments';

/** The parts of a scheduler that a {@link DueTimer} works with. */
export interface TimerParts {
  readonly environment: Pick<CallEnvironment, 'clock'>;
  /** The async context of timers and runs, which holds nothing of any caller. */
  readonly context: AsyncResource;
  /** Remembers the next due moments; undefined if none is to be remembered. */
  readonly moments: RememberedMoments | undefined;
  /** A random number for the jitter of a due moment: at least 0, less than 1. */
  readonly random: (due: number) => number;
}

/** The task that a {@link DueTimer} keeps the due moments of. */
export interface DueTask {
  /** The name under which the next due moment is saved. */
  readonly path: string;
  /** The instant that an interval counts from; undefined for the opening of ticks. */
  anchorOf?(spec: PeriodicTaskSpec): number;
  /**
   * Called with each due moment when it has come; the timer of the next one is set by then.
   *
   * @param now - the time on the clock.
   */
  due(moment: TakenMoment, trigger: 'schedule' | 'catch-up', now: number): void;
  /** Called with a due moment that cannot be made up, since that could not be saved; the next start tries again. */
  notMadeUp(moment: TakenMoment): void;
}

/**
 * Waits on the clock for the due moments of one task, one at a time, and saves the next one if it is remembered. A moment
 * that the task owes stays saved, so that the next start makes it up.
 */
export class DueTimer implements AlarmOwner {
  readonly #scheduler: TimerParts;
  readonly #task: DueTask;
  #moments: DueMoments;
  /** Undefined for a task whose due moments are not remembered. */
  #remembered: RememberedMoments | undefined;
  #isOpen = false;
  readonly #alarm: Alarm;
  /** The oldest due moment that had no run and is to be made up by the next start; undefined when there is none. */
  #owed: number | undefined;
  /** True while a due moment waits to be made up. */
  #isBehind = false;
  #hasEnded = false;

  constructor(scheduler: TimerParts, task: DueTask, spec: PeriodicTaskSpec) {
    this.#scheduler = scheduler;
    this.#task = task;
    this.#remembered = isRemembered(spec) ? scheduler.moments : undefined;
    this.#moments = new DueMoments(spec, scheduler.random, task.anchorOf?.(spec));
    this.#alarm = alarmOn(scheduler.environment.clock, this);
  }

  get context(): AsyncResource {
    return this.#scheduler.context;
  }

  /** The next nominal due moment; `Infinity` when there is none, or none yet. */
  get next(): number {
    return this.#hasEnded ? Infinity : this.#moments.next;
  }

  /** The first due moment to come that is not before an instant; `Infinity` when there is none. */
  nextFrom(at: number): number {
    if (at === Infinity) return Infinity;
    return this.next >= at ? this.next : (this.#moments.around(at - 1).next ?? Infinity);
  }

  /**
   * The next due moments that are kept; undefined while they count from the end of a run in flight.
   *
   * @param keptFrom - returns the first that is kept and not before an instant.
   */
  upcoming(keptFrom: (at: number) => number, most: number): readonly number[] | undefined {
    const first = keptFrom(-Infinity);
    if (this.#moments.isFixedDelay) return first === Infinity ? undefined : [first];
    const moments: number[] = [];
    for (let due = first; due !== Infinity && moments.length < most; due = keptFrom(due + 1)) moments.push(due);
    return moments;
  }

  /** The newest due moment that is not after an instant, and the first one after it. */
  around(at: number): ReturnType<DueMoments['around']> {
    return this.#moments.around(at);
  }

  /** The number of due moments after an instant, up to and including another. */
  countBetween(after: number, upTo: number): number {
    return this.#moments.countBetween(after, upTo);
  }

  /**
   * Begins at `now`. Returns true when a due moment was missed while the process was down: it is kept until
   * {@link makeUp} or {@link forgo}.
   */
  open(now: number): boolean {
    this.#isOpen = true;
    this.#isBehind = this.#moments.open(now, this.#remembered?.get(this.#task.path));
    this.#changed(now);
    return this.#isBehind;
  }

  /**
   * Goes on by another schedule, which begins now. What is owed stays owed.
   *
   * @param isBusy - true if a scheduled run is in flight: the interval of a fixed-delay schedule counts from its end.
   */
  replace(spec: PeriodicTaskSpec, isBusy: boolean): void {
    this.#remembered = isRemembered(spec) ? this.#scheduler.moments : undefined;
    this.#moments = new DueMoments(spec, this.#scheduler.random, this.#task.anchorOf?.(spec));
    if (!this.#isOpen || this.#hasEnded) return;
    const now = this.#now();
    this.#isBehind = false;
    this.#moments.open(now);
    if (isBusy) this.#moments.waitForRun();
    this.#changed(now);
  }

  /** Makes up what was missed before {@link open}, by one run. */
  makeUp(): void {
    if (!this.#isBehind || this.#hasEnded) return;
    this.#isBehind = false;
    const now = this.#now();
    this.#take(now, 'catch-up');
  }

  /** Goes on without what was missed before {@link open}, which stays saved. */
  forgo(): void {
    if (!this.#isBehind || this.#hasEnded) return;
    this.#isBehind = false;
    const now = this.#now();
    const moment = this.#moments.take(now);
    this.owe(moment);
    this.#set();
    this.#task.notMadeUp(moment);
  }

  /** Keeps a due moment saved until a run begins: if that does not come to it, the next start makes it up. */
  owe({ scheduledAt, missed }: TakenMoment): void {
    if (this.#remembered === undefined) return;
    this.#owed = Math.min(this.#owed ?? Infinity, missed?.from ?? scheduledAt);
    this.#save(this.#now());
  }

  /** Takes notice of the beginning of a scheduled run, which settles what is owed. */
  runBegan(now: number): void {
    if (this.#owed === undefined) return;
    this.#owed = undefined;
    this.#save(now);
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

  /** Follows the clock, which has turned out to be another one. Due moments that were taken do not come again. */
  clockChanged(): void {
    if (this.#isOpen && !this.#hasEnded) this.#set();
  }

  /** A due moment with its jitter; see {@link DueMoments.withJitter}. */
  withJitter(due: number): number {
    return this.#moments.withJitter(due);
  }

  /** Follows the clock, which was set back by `ms`. */
  stepBack(ms: number): void {
    const now = this.#now();
    this.#moments.stepBack(ms, now);
    this.#changed(now);
  }

  /** Keeps no further due moment. One that has come already, and has not been told, is told now. */
  end(): void {
    const now = this.#now();
    if (this.#isOpen && !this.#isBehind && this.#moments.firesAt <= now) this.#take(now, 'schedule');
    this.#hasEnded = true;
    this.#alarm.clear();
  }

  ring(now: number): void {
    if (now < this.#moments.firesAt) {
      // The clock was set back, or is not exact.
      this.#set();
      return;
    }
    this.#take(now, 'schedule');
  }

  #take(now: number, trigger: 'schedule' | 'catch-up'): void {
    const moment = this.#moments.take(now);
    this.#changed(now);
    this.#task.due(moment, trigger, now);
  }

  #changed(now: number): void {
    if (this.#hasEnded) return;
    this.#save(now);
    this.#set();
  }

  #save(now: number): void {
    if (this.#remembered === undefined) return;
    const next = this.#moments.remembered(now);
    this.#remembered.set(this.#task.path, this.#owed === undefined ? next : { ...next, nextDue: this.#owed });
  }

  #set(): void {
    const { firesAt } = this.#moments;
    if (firesAt === Infinity || this.#isBehind) this.#alarm.clear();
    else this.#alarm.set(firesAt);
  }

  #now(): number {
    return this.#scheduler.environment.clock.now();
  }
}
