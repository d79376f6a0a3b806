import { Clock, type ClockTimer, type ClockTimerOptions } from '../../contracts/Clock';
import type { Duration } from '../../contracts/Duration';
import { ClockBackwardsError, ClockBusyError, ClockStoppedError, EndlessLoopError } from '../../errors/testingErrors';
import { currentExecution } from '../../execution/ExecutionContext';
import type { PendingCallback, TrackingClock } from '../../execution/PendingCallback';
import { ArmedTimer } from '../../time/ArmedTimer';
import { durationMs } from '../../time/duration';
import { instantMs, type Instant } from '../../time/instant';
import { TimerQueue } from '../../time/TimerQueue';
import { callSite, type SitedCall } from '../callSite';
import { PendingCallbacks, TrackedCallback } from './PendingCallbacks';
import { nextTurn } from './realTime';

export interface VirtualClockOptions {
  /** Where virtual time begins: ISO text, epoch milliseconds or a `Date`. @defaultValue `'2026-01-01T00:00:00Z'` */
  readonly now?: Instant;
  /** How long, in real milliseconds, a callback that stands still holds time up. @defaultValue 100 */
  readonly settleMs?: number;
}

/** So many timers may bring forth one another at one instant. */
const LONGEST_CHAIN = 1_000;

/**
 * Time that passes only when it is told to. Before anything that is due, and before a deadline, it lets callbacks in
 * flight settle or wait for the clock; one that stands still for `settleMs` of real time holds time up no longer.
 */
export class VirtualClock extends Clock implements TrackingClock {
  readonly #timers = new TimerQueue<VirtualTimer>();
  readonly #callbacks: PendingCallbacks;
  #now: number;
  #armed = 0;
  #chained = 0;
  #moving: SitedCall | undefined;
  #endedAs: () => string | undefined = () => undefined;

  constructor({ now = '2026-01-01T00:00:00Z', settleMs = 100 }: VirtualClockOptions = {}) {
    super();
    this.#now = instantMs(now);
    this.#callbacks = new PendingCallbacks(settleMs);
  }

  now(): number {
    return this.#now;
  }

  at(when: number, fn: () => void, options: ClockTimerOptions = {}): ClockTimer {
    const execution = currentExecution();
    const timer = new VirtualTimer(Math.max(when, this.#now), fn, options, this.#cancel);
    if (timer.when === this.#now) timer.chained = this.#chained + 1;
    if (execution !== undefined) {
      timer.owner = `${execution.listener}.${execution.task ?? execution.hook}`;
      // A timer that only limits something is not what the callback waits for.
      if (!timer.deadline) timer.waiter = execution.callback;
    }
    this.#armed++;
    this.#timers.add(timer);
    timer.waiter?.waiting();
    return timer;
  }

  track(owner: string): PendingCallback {
    return new TrackedCallback(owner, this.#callbacks);
  }

  /**
   * Lets `duration` pass: runs everything that is due in it, in order, each to completion. Resolves when nothing is in
   * flight any more but what waits for the clock or stands still.
   *
   * @throws what a timer's own callback throws; time stays there.
   * @throws EndlessLoopError when time cannot pass.
   * @throws ClockBusyError while an earlier call that moves the clock is in flight.
   * @throws ClockStoppedError once the application of this clock is over.
   */
  advance(duration: Duration): Promise<void> {
    const ms = durationMs(duration);
    return this.#move(`advance(${JSON.stringify(duration)})`, () => this.#advanceTo(this.#now + ms));
  }

  /** As {@link advance}, up to an instant. @throws ClockBackwardsError when it is over. */
  advanceTo(instant: Instant): Promise<void> {
    const target = instantMs(instant);
    return this.#move(`advanceTo(${JSON.stringify(instant)})`, () => {
      if (target < this.#now) throw new ClockBackwardsError(this.#now, target);
      return this.#advanceTo(target);
    });
  }

  /**
   * As {@link advance}, but time stops where `isDone` says true: it is asked first, and again whenever something was due
   * and has settled. Resolves with what it said last.
   */
  advanceUntil(isDone: () => boolean, duration: Duration): Promise<boolean> {
    const ms = durationMs(duration);
    return this.#move(`advanceUntil(…, ${JSON.stringify(duration)})`, async () => {
      await this.#advanceTo(this.#now + ms, isDone);
      return isDone();
    });
  }

  /**
   * Lets time pass up to the next instant at which anything is due, a deadline included, and runs everything that is due
   * then. Resolves with that instant; or, when nothing is due any more, with undefined.
   */
  runNext(): Promise<number | undefined> {
    return this.#move('runNext()', async () => {
      await this.#settleAll();
      const next = this.#timers.peek()?.when;
      if (next !== undefined) await this.#advanceTo(next);
      return next;
    });
  }

  /** Lets what is in flight settle, and what is due already run, without moving time. */
  settle(): Promise<void> {
    return this.#move('settle()', () => this.#advanceTo(this.#now));
  }

  /** The call that moves the clock at present. */
  get moving(): SitedCall | undefined {
    return this.#moving;
  }

  /** Resolves when nothing moves the clock. */
  async idle(): Promise<void> {
    while (this.#moving !== undefined) await nextTurn();
  }

  /** Refuses to move once `endedAs` says in which state its application has ended. */
  belongTo(endedAs: () => string | undefined): void {
    this.#endedAs = endedAs;
  }

  async #move<T>(call: string, work: () => T | Promise<T>): Promise<T> {
    const moving = this.#moving;
    if (moving !== undefined) throw new ClockBusyError(call, moving.call, moving.site.at);
    const ended = this.#endedAs();
    if (ended !== undefined) throw new ClockStoppedError(call, ended);
    this.#moving = { call, site: callSite() };
    try {
      return await work();
    } finally {
      this.#moving = undefined;
    }
  }

  async #advanceTo(target: number, isDone: () => boolean = () => false): Promise<void> {
    await this.#settleAll();
    while (!isDone()) {
      const timer = this.#timers.peek();
      if (timer === undefined || timer.when > target) {
        this.#pass(target);
        return;
      }
      if (timer.chained > LONGEST_CHAIN) throw new EndlessLoopError(timer.owner, this.#now, LONGEST_CHAIN);
      this.#timers.remove(timer);
      this.#pass(timer.when);
      this.#chained = timer.chained;
      timer.waiter?.resumed();
      timer.fire();
      await this.#settle();
    }
  }

  /** What is under way outside of callbacks, such as a boot, may need several turns of the loop before it arms a timer. */
  async #settleAll(): Promise<void> {
    for (let before = -1; before !== this.#activity;) {
      before = this.#activity;
      await this.#settle();
    }
  }

  /** Grows with everything that callbacks and timers do. */
  get #activity(): number {
    return this.#callbacks.changes + this.#armed;
  }

  #pass(to: number): void {
    if (to <= this.#now) return;
    this.#now = to;
    this.#chained = 0;
  }

  /** Resolves when promises have run their course, and callbacks have settled, wait for the clock, or stand still. */
  async #settle(): Promise<void> {
    await nextTurn();
    while (this.#callbacks.areHolding) {
      await this.#callbacks.untilQuiet();
      await nextTurn();
    }
  }

  readonly #cancel = (timer: ArmedTimer): void => {
    if (this.#timers.remove(timer as VirtualTimer)) (timer as VirtualTimer).waiter?.resumed();
  };
}

/** A timer of virtual time, and whom to blame when it never ends. */
export class VirtualTimer extends ArmedTimer {
  /** How many timers of this very instant led to it. */
  chained = 0;
  owner = 'a timer outside of every hook';
  /** The callback that waits for it. */
  waiter: PendingCallback | undefined;
}
