import { Clock, type ClockTimer, type ClockTimerOptions } from '../contracts/Clock';
import type { Duration } from '../contracts/Duration';
import { ClockBackwardsError } from '../errors/ClockBackwardsError';
import { EndlessLoopError } from '../errors/EndlessLoopError';
import { currentExecution } from '../execution/ExecutionContext';
import type { PendingCallback, TrackingClock } from '../execution/PendingCallback';
import { ArmedTimer } from '../time/ArmedTimer';
import { durationMs } from '../time/duration';
import { instantMs, type Instant } from '../time/instant';
import { TimerQueue } from '../time/TimerQueue';
import { PendingCallbacks, TrackedCallback } from './clock/PendingCallbacks';
import { nextTurn } from './clock/realTime';

export interface VirtualClockOptions {
  /** Where virtual time begins: ISO text, epoch milliseconds or a `Date`. @defaultValue `'2026-01-01T00:00:00Z'` */
  readonly now?: Instant;
  /** How long, in real milliseconds, a callback that stands still holds time up. @defaultValue 100 */
  readonly settleMs?: number;
}

/** So many timers may bring forth one another at one instant. */
const LONGEST_CHAIN = 1_000;

/** A timer of virtual time, and whom to blame when it never ends. */
class VirtualTimer extends ArmedTimer {
  /** How many timers of this very instant led to it. */
  chained = 0;
  owner = 'a timer outside of every hook';
  /** The callback that waits for it. */
  waiter: PendingCallback | undefined;
}

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
  #advancing: Promise<void> = Promise.resolve();

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
   * flight any more but what waits for the clock or stands still. Calls queue up.
   *
   * @throws what a timer's own callback throws; time stays there.
   * @throws EndlessLoopError when time cannot pass.
   */
  advance(duration: Duration): Promise<void> {
    const ms = durationMs(duration);
    return this.#afterOthers(() => this.#advanceTo(this.#now + ms));
  }

  /** As {@link advance}, up to an instant. @throws ClockBackwardsError when it is over. */
  advanceTo(instant: Instant): Promise<void> {
    const target = instantMs(instant);
    return this.#afterOthers(() => {
      if (target < this.#now) throw new ClockBackwardsError(this.#now, target);
      return this.#advanceTo(target);
    });
  }

  async #afterOthers(advance: () => Promise<void>): Promise<void> {
    const others = this.#advancing;
    let done: () => void = () => undefined;
    this.#advancing = new Promise((resolve) => (done = resolve));
    try {
      await others;
      await advance();
    } finally {
      done();
    }
  }

  async #advanceTo(target: number): Promise<void> {
    // What is under way outside of callbacks, such as a boot, may need several turns of the loop before it arms a timer.
    for (let before = -1; before !== this.#activity;) {
      before = this.#activity;
      await this.#settle();
    }
    for (;;) {
      const timer = this.#timers.peek();
      if (timer === undefined || timer.when > target) break;
      if (timer.chained > LONGEST_CHAIN) throw new EndlessLoopError(timer.owner, this.#now, LONGEST_CHAIN);
      this.#timers.remove(timer);
      this.#pass(timer.when);
      this.#chained = timer.chained;
      timer.waiter?.resumed();
      timer.fire();
      await this.#settle();
    }
    this.#pass(target);
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
