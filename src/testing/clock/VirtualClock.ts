import { Clock, type ClockTimer, type ClockTimerOptions } from '../../contracts/Clock';
import type { Duration } from '../../contracts/Duration';
import { showValue } from '../../errors/Problem';
import { ClockBackwardsError, ClockBusyError, ClockStoppedError, EndlessLoopError } from '../../errors/testingErrors';
import { currentExecution } from '../../execution/ExecutionContext';
import type { PendingCallback, TrackingClock } from '../../execution/PendingCallback';
import { ClockAlarm, type Alarm, type AlarmClock, type AlarmOwner } from '../../time/Alarm';
import { ArmedTimer } from '../../time/ArmedTimer';
import { durationMs } from '../../time/duration';
import { instantMs, type Instant } from '../../time/instant';
import { TimerQueue } from '../../time/TimerQueue';
import { callSite, type SitedCall } from '../callSite';
import { isTrue } from '../isTrue';
import { PendingCallbacks, TrackedCallback } from './PendingCallbacks';
import { microtasksDone, nextTurn } from './realTime';

/** Options of {@link VirtualClock}. */
export interface VirtualClockOptions {
  /**
   * The instant at which virtual time begins: ISO text, epoch milliseconds or a `Date`.
   * @defaultValue `'2026-01-01T00:00:00Z'`
   */
  readonly now?: Instant;
  /**
   * Real milliseconds for which time waits for a callback that neither settles nor waits for the clock.
   * @defaultValue 100
   */
  readonly settleMs?: number;
}

/** The number of timers at one instant, each armed by the one before, after which the clock gives up. */
const LONGEST_CHAIN = 1_000;

/**
 * A clock whose time passes only when a test moves it. Before each timer, deadlines included, it waits for the
 * callbacks in flight to settle or to wait for the clock; after `settleMs` of real time it stops waiting for a callback
 * that does neither.
 */
export class VirtualClock extends Clock implements TrackingClock, AlarmClock {
  readonly #timers = new TimerQueue<VirtualTimer | VirtualAlarm>();
  readonly #callbacks: PendingCallbacks;
  #now: number;
  #armed = 0;
  #chained = 0;
  #moving: SitedCall | undefined;
  #endedAs: () => string | undefined = () => undefined;

  /** @throws InvalidInstantError when `now` is no instant; RangeError when `settleMs` is no number of milliseconds */
  constructor({ now = '2026-01-01T00:00:00Z', settleMs = 100 }: VirtualClockOptions = {}) {
    super();
    if (!(typeof settleMs === 'number' && settleMs >= 0)) {
      throw new RangeError(`settleMs is a number of milliseconds, not ${showValue(settleMs)}.`);
    }
    this.#now = instantMs(now);
    this.#callbacks = new PendingCallbacks(settleMs);
  }

  /** Virtual time, in epoch milliseconds. */
  now(): number {
    return this.#now;
  }

  /** Calls `fn` once virtual time reaches `when` (epoch milliseconds), or the present if that is later. */
  at(when: number, fn: () => void, options: ClockTimerOptions = {}): ClockTimer {
    const execution = currentExecution();
    const timer = new VirtualTimer(fn, options, this.#cancel);
    if (execution !== undefined) {
      timer.owner = `${execution.listener}.${execution.task ?? execution.hook}`;
      // A deadline only limits the callback, which does not wait for it.
      if (!timer.deadline) timer.waiter = execution.callback;
    }
    this.#set(timer, when);
    timer.waiter?.waiting();
    return timer;
  }

  /** Makes a timer of the engine; not for users. */
  alarm(owner: AlarmOwner, deadline: boolean): Alarm {
    return new VirtualAlarm(owner, deadline, this.#setAlarm);
  }

  /** Reports to the clock that a callback of `owner` (`order_sync.tick`) has begun. */
  track(owner: string): PendingCallback {
    return new TrackedCallback(owner, this.#callbacks);
  }

  /**
   * Lets `duration` pass: runs everything that is due in it, in order, each to completion. Resolves when every callback
   * in flight has settled, waits for the clock, or has used up `settleMs`.
   *
   * @throws the error that a timer's callback throws; time stays at that timer.
   * @throws EndlessLoopError when timers at one instant keep arming each other.
   * @throws ClockBusyError while an earlier call that moves the clock is in flight.
   * @throws ClockStoppedError once the application of this clock has stopped or failed.
   */
  advance(duration: Duration): Promise<void> {
    const ms = durationMs(duration);
    return this.#move(`advance(${JSON.stringify(duration)})`, () => this.#advanceTo(this.#now + ms));
  }

  /** Same as {@link advance}, up to an instant. @throws ClockBackwardsError when it lies in the past. */
  advanceTo(instant: Instant): Promise<void> {
    const target = instantMs(instant);
    return this.#move(`advanceTo(${JSON.stringify(instant)})`, () => {
      if (target < this.#now) throw new ClockBackwardsError(this.#now, target);
      return this.#advanceTo(target);
    });
  }

  /**
   * Same as {@link advance}, but stops as soon as `isDone` returns true. It is called before time moves and after each
   * timer has run and settled. Resolves with its last answer.
   */
  advanceUntil(isDone: () => boolean, duration: Duration): Promise<boolean> {
    const ms = durationMs(duration);
    const holds = (): boolean => isTrue(isDone());
    return this.#move(`advanceUntil(…, ${JSON.stringify(duration)})`, async () => {
      await this.#advanceTo(this.#now + ms, holds);
      return holds();
    });
  }

  /**
   * Lets time pass up to the next timer, deadlines included, and runs everything that is due at that instant. Resolves
   * with the instant in epoch milliseconds, or with undefined when no timer is armed.
   */
  runNext(): Promise<number | undefined> {
    return this.#move('runNext()', async () => {
      await this.#settleAll();
      const next = this.#timers.peek()?.when;
      if (next !== undefined) await this.#advanceTo(next);
      return next;
    });
  }

  /** Runs everything that is due now, and lets callbacks in flight settle, without moving time. */
  settle(): Promise<void> {
    return this.#move('settle()', () => this.#advanceTo(this.#now));
  }

  /** The call that is moving the clock; undefined when none is. */
  get moving(): SitedCall | undefined {
    return this.#moving;
  }

  /** Resolves when nothing moves the clock. */
  async idle(): Promise<void> {
    while (this.#moving !== undefined) await nextTurn();
  }

  /** Makes the clock refuse to move once `endedAs` returns the state in which its application has ended. */
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
      this.#pass(timer.when);
      this.#timers.set(timer, Infinity);
      this.#chained = timer.chained;
      timer.waiter?.resumed();
      timer.fire(this.#now);
      // A turn of the event loop costs more than most callbacks, which have settled by the end of their microtasks: it is
      // left to the loop only before time passes, or when a callback needs it.
      await microtasksDone();
      if (this.#callbacks.areHolding || this.#timers.peek()?.when !== this.#now) await this.#settle();
    }
  }

  /** Work outside of callbacks, such as a boot, may need several turns of the event loop before it arms a timer. */
  async #settleAll(): Promise<void> {
    for (let before = -1; before !== this.#activity;) {
      before = this.#activity;
      await this.#settle();
    }
  }

  /** A count that grows whenever a callback or a timer does anything. */
  get #activity(): number {
    return this.#callbacks.changes + this.#armed;
  }

  #pass(to: number): void {
    if (to <= this.#now) return;
    this.#now = to;
    this.#chained = 0;
  }

  /** Resolves when pending promises have settled and no callback holds time up. */
  async #settle(): Promise<void> {
    await nextTurn();
    while (this.#callbacks.areHolding) {
      await this.#callbacks.untilQuiet();
      await nextTurn();
    }
  }

  #set(timer: VirtualTimer | VirtualAlarm, when: number): void {
    this.#armed++;
    this.#timers.set(timer, Math.max(when, this.#now));
    timer.chained = timer.when === this.#now ? this.#chained + 1 : 0;
  }

  readonly #setAlarm = (alarm: ClockAlarm, when: number): void => {
    if (when === Infinity) this.#timers.set(alarm as VirtualAlarm, when);
    else this.#set(alarm as VirtualAlarm, when);
  };

  readonly #cancel = (timer: ArmedTimer): void => {
    if (this.#timers.remove(timer as VirtualTimer)) (timer as VirtualTimer).waiter?.resumed();
  };
}

const OUTSIDE = 'a timer outside of every hook';

/** A timer of virtual time. */
class VirtualTimer extends ArmedTimer {
  /** The number of timers at the same instant that led to this one. */
  chained = 0;
  /** The hook or task that armed it, for messages. */
  owner = OUTSIDE;
  /** The callback that waits for this timer. */
  waiter: PendingCallback | undefined;
}

/** A timer of the engine, which no callback waits for. */
class VirtualAlarm extends ClockAlarm {
  /** See {@link VirtualTimer}. */
  chained = 0;
  readonly owner = OUTSIDE;
  readonly waiter = undefined;
}
