import { AsyncResource } from 'node:async_hooks';

import { Clock, type ClockTimer, type ClockTimerOptions } from '../contracts/Clock';
import { ArmedTimer } from './ArmedTimer';
import { TimerQueue } from './TimerQueue';

/** The functions of the platform that a {@link SystemClock} uses. */
export interface NativeTime {
  /** The wall clock: epoch milliseconds, which jump when it is set. */
  now(): number;
  /** Milliseconds of a clock that is never set. */
  monotonic(): number;
  setTimeout(fn: () => void, ms: number): NativeTimer;
  clearTimeout(timer: NativeTimer): void;
  setImmediate(fn: () => void): void;
}

/** A timer of the platform. */
export interface NativeTimer {
  ref(): void;
  unref(): void;
}

/** The longest time between two looks at the wall clock: it may have been set, or the machine have slept. */
const LONGEST_SLEEP_MS = 30_000;
/** The time that the wall clock must lose against the monotonic one to count as set back. */
const STEP_MS = 1_000;
/** A smaller difference between the two clocks, from one look to the next, means nothing. */
const NOISE_MS = 20;

/**
 * The wall clock. All timers share one native timer, which holds the process while any of them is armed.
 *
 * A timer waits for its instant through jumps of the wall clock; one that measures a length of time (`elapsed`,
 * `deadline`) is moved along when the clock is set back. An error that a callback throws becomes an uncaught exception,
 * and the other timers fire all the same.
 */
export class SystemClock extends Clock implements SteppingClock {
  readonly #native: NativeTime;
  readonly #timers = new TimerQueue<ArmedTimer>();
  readonly #stepListeners = new Set<(ms: number) => void>();
  // Native timers keep the async context that armed them: it must not be that of some hook.
  readonly #context = new AsyncResource('DaemonryClock');
  #timer: NativeTimer | undefined;
  /** When the native timer fires, as the wall clock stood when it was armed. */
  #wakesAt = Infinity;
  #isFiring = false;
  #overdue: ArmedTimer[] = [];
  #wall: number;
  #monotonic: number;

  constructor(native: Partial<NativeTime> = {}) {
    super();
    this.#native = { ...PLATFORM, ...native };
    this.#wall = this.#native.now();
    this.#monotonic = this.#native.monotonic();
  }

  now(): number {
    return this.#native.now();
  }

  at(when: number, fn: () => void, options: ClockTimerOptions = {}): ClockTimer {
    const now = this.#readClocks();
    const timer = new ArmedTimer(Math.max(when, now), fn, options, this.#cancel);
    this.#timers.add(timer);
    if (!this.#isFiring) {
      if (timer.when < this.#wakesAt) this.#arm(now);
      else if (this.#timers.size === 1) this.#timer?.ref();
    }
    return timer;
  }

  onStepBack(fn: (ms: number) => void): () => void {
    this.#stepListeners.add(fn);
    return () => void this.#stepListeners.delete(fn);
  }

  readonly #cancel = (timer: ArmedTimer): void => {
    if (!this.#timers.remove(timer)) this.#overdue = this.#overdue.filter((other) => other !== timer);
    // Letting go of the native timer is much cheaper than clearing and arming it again and again.
    if (this.#timers.size === 0 && this.#overdue.length === 0) this.#timer?.unref();
  };

  #arm(now: number): void {
    const next = this.#timers.peek();
    if (this.#timer !== undefined) this.#native.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wakesAt = Infinity;
    if (next === undefined) return;
    const delay = Math.min(Math.max(next.when - now, 0), LONGEST_SLEEP_MS);
    this.#wakesAt = now + delay;
    this.#timer = this.#context.runInAsyncScope(() => this.#native.setTimeout(this.#wake, Math.ceil(delay)));
  }

  readonly #wake = (): void => {
    this.#timer = undefined;
    const now = this.#readClocks();
    // A timer that a callback arms waits for the next turn: one that re-arms itself must not stop the loop.
    const limit = this.#timers.nextSequence;
    this.#isFiring = true;
    for (;;) {
      const timer = this.#timers.peek();
      if (timer === undefined || timer.when > now || timer.sequence >= limit) break;
      this.#timers.remove(timer);
      if (timer.deadline) this.#overdue.push(timer);
      else this.#fire(timer);
    }
    this.#isFiring = false;
    // After a blocked loop, results that have arrived in the meantime may still meet their deadline.
    if (this.#overdue.length > 0) this.#context.runInAsyncScope(() => this.#native.setImmediate(this.#fireOverdue));
    this.#arm(this.#native.now());
  };

  readonly #fireOverdue = (): void => {
    for (let timer = this.#overdue.shift(); timer !== undefined; timer = this.#overdue.shift()) this.#fire(timer);
  };

  #fire(timer: ArmedTimer): void {
    try {
      timer.fire();
    } catch (error) {
      timer.inContext(() => {
        queueMicrotask(() => {
          throw error;
        });
      });
    }
  }

  /** Returns the time of the wall clock, after having moved timers along when it has been set back. */
  #readClocks(): number {
    const wall = this.#native.now();
    const monotonic = this.#native.monotonic();
    const lost = this.#wall + (monotonic - this.#monotonic) - wall;
    this.#wall = wall;
    this.#monotonic = monotonic;
    // The native timer counts on unmoved.
    if (Math.abs(lost) >= NOISE_MS) this.#wakesAt -= lost;
    if (lost >= STEP_MS) this.#stepBack(Math.round(lost));
    return wall;
  }

  #stepBack(ms: number): void {
    this.#timers.rearrange((timer) => {
      if (timer.elapsed) timer.when -= ms;
    });
    for (const listener of this.#stepListeners) listener(ms);
  }
}

const PLATFORM: NativeTime = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (fn, ms) => setTimeout(fn, ms),
  clearTimeout: (timer) => {
    clearTimeout(timer as NodeJS.Timeout);
  },
  setImmediate: (fn) => void setImmediate(fn),
};

/** A clock that can tell when the wall clock has been set back. */
interface SteppingClock extends Clock {
  /** Calls `fn` with the milliseconds each time the clock is set back. Returns a function that ends the subscription. */
  onStepBack(fn: (ms: number) => void): () => void;
}

/** Calls `fn` when `clock` is set back, if it can tell; see {@link SteppingClock.onStepBack}. */
export function onStepBack(clock: Clock, fn: (ms: number) => void): () => void {
  return 'onStepBack' in clock ? (clock as SteppingClock).onStepBack(fn) : () => undefined;
}
