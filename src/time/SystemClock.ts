import { Clock, type ClockTimer, type ClockTimerOptions } from '../contracts/Clock';
import { ClockAlarm, type Alarm, type AlarmClock, type AlarmOwner } from './Alarm';
import { ArmedTimer } from './ArmedTimer';
import { EngineContext } from './EngineContext';
import { native } from './native';
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
/** The time that the wall clock must lose or gain against the monotonic one to count as set. */
const STEP_MS = 1_000;
/** A smaller difference between the two clocks, from one look to the next, means nothing. */
const NOISE_MS = 20;
/** The longest time for which timers that are due at one instant keep the loop; the others wait for its next turn. */
const LONGEST_BATCH_MS = 10;

type ClockEntry = ArmedTimer | ClockAlarm;

/**
 * The wall clock. All timers share one native timer, which holds the process while any of them is armed.
 *
 * A timer waits for its instant through jumps of the wall clock; one that measures a length of time (`elapsed`,
 * `deadline`) is moved along when the clock is set back. An error that a callback throws becomes an uncaught exception,
 * and the other timers fire all the same.
 */
export class SystemClock extends Clock implements SteppingClock, AlarmClock {
  readonly #native: NativeTime;
  readonly #timers = new TimerQueue<ClockEntry>();
  readonly #stepListeners = new Set<(ms: number) => void>();
  // Native timers keep the async context that armed them: it must not be that of some hook.
  readonly #context = new EngineContext('DaemonryClock');
  #timer: NativeTimer | undefined;
  /** When the native timer fires, as the wall clock stood when it was armed. */
  #wakesAt = Infinity;
  #isFiring = false;
  #overdue: ClockEntry[] = [];
  #wall: number;
  #monotonic: number;
  /** The wall clock when it was last looked at. */
  #seen: number;

  constructor(native: Partial<NativeTime> = {}) {
    super();
    this.#native = { ...PLATFORM, ...native };
    this.#seen = this.#wall = this.#native.now();
    this.#monotonic = this.#native.monotonic();
  }

  now(): number {
    return this.#native.now();
  }

  at(when: number, fn: () => void, options: ClockTimerOptions = {}): ClockTimer {
    const now = this.#isFiring ? this.#look() : this.#readClocks();
    const timer = new ArmedTimer(fn, options, this.#cancel);
    this.#timers.set(timer, Math.max(when, now));
    this.#armFor(timer, now);
    return timer;
  }

  alarm(owner: AlarmOwner, deadline: boolean): Alarm {
    return new ClockAlarm(owner, deadline, this.#setAlarm);
  }

  onStep(fn: (ms: number) => void): () => void {
    this.#stepListeners.add(fn);
    return () => void this.#stepListeners.delete(fn);
  }

  readonly #setAlarm = (alarm: ClockAlarm, when: number): void => {
    alarm.isOverdue = false;
    if (when === Infinity) {
      this.#timers.set(alarm, when);
      this.#letGo();
      return;
    }
    // While timers fire, an alarm is set from the time that it was given.
    const now = this.#isFiring ? this.#seen : this.#readClocks();
    this.#timers.set(alarm, Math.max(when, now));
    this.#armFor(alarm, now);
  };

  readonly #cancel = (timer: ArmedTimer): void => {
    timer.isOverdue = false;
    this.#timers.remove(timer);
    this.#letGo();
  };

  /** Lets go of the process when no timer is left, which is much cheaper than to clear the native timer and arm it again. */
  #letGo(): void {
    if (this.#timers.size === 0) this.#timer?.unref();
  }

  #armFor(timer: ClockEntry, now: number): void {
    if (this.#isFiring) return;
    if (timer.when < this.#wakesAt) this.#arm(now);
    else if (this.#timers.size === 1) this.#timer?.ref();
  }

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
    const began = this.#readClocks();
    let now = began;
    // A timer that a callback arms waits for the next turn: one that re-arms itself must not stop the loop.
    const limit = this.#timers.nextSequence;
    this.#isFiring = true;
    for (;;) {
      const timer = this.#timers.peek();
      if (timer === undefined || timer.when > now || timer.sequence >= limit) break;
      if (now - began >= LONGEST_BATCH_MS) {
        this.#fireTheRest(now);
        return;
      }
      // Left at the top of the queue, where it is sorted anew if it is set again.
      this.#timers.set(timer, Infinity);
      if (timer.deadline) {
        timer.isOverdue = true;
        this.#overdue.push(timer);
      } else {
        this.#fire(timer, now);
        now = this.#look();
      }
    }
    this.#isFiring = false;
    this.#fireOverdueSoon();
    this.#arm(now);
  };

  /** Lets the loop turn before the timers that are left: whatever has arrived in the meantime is not held up by them. */
  #fireTheRest(now: number): void {
    this.#isFiring = false;
    this.#fireOverdueSoon();
    this.#wakesAt = now;
    this.#soon(this.#resume);
  }

  readonly #resume = (): void => {
    if (this.#timer !== undefined) this.#native.clearTimeout(this.#timer);
    this.#wake();
  };

  /** After a blocked loop, results that have arrived in the meantime may still meet their deadline. */
  #fireOverdueSoon(): void {
    if (this.#overdue.length > 0) this.#soon(this.#fireOverdue);
  }

  #soon(fn: () => void): void {
    this.#context.runInAsyncScope(() => this.#native.setImmediate(fn));
  }

  readonly #fireOverdue = (): void => {
    const overdue = this.#overdue;
    this.#overdue = [];
    for (const timer of overdue) {
      if (!timer.isOverdue) continue;
      timer.isOverdue = false;
      this.#fire(timer, this.#native.now());
    }
  };

  #fire(timer: ClockEntry, now: number): void {
    try {
      timer.fire(now);
    } catch (error) {
      timer.inContext(() => {
        native.queueMicrotask(() => {
          throw error;
        });
      });
    }
  }

  /**
   * The time of the wall clock, while timers fire. The other clock is asked only if this one did not go forward, or by more
   * than a second: two looks for each timer of a burst would cost as much as the timer.
   */
  #look(): number {
    const wall = this.#native.now();
    const ahead = wall - this.#seen;
    if (ahead < 0 || ahead >= STEP_MS) return this.#readClocks();
    this.#seen = wall;
    return wall;
  }

  /** Returns the time of the wall clock, after having told of a step, and moved timers along when it has been set back. */
  #readClocks(): number {
    const wall = this.#native.now();
    const monotonic = this.#native.monotonic();
    const lost = this.#wall + (monotonic - this.#monotonic) - wall;
    this.#seen = this.#wall = wall;
    this.#monotonic = monotonic;
    // The native timer counts on unmoved.
    if (Math.abs(lost) >= NOISE_MS) this.#wakesAt -= lost;
    if (Math.abs(lost) >= STEP_MS) this.#step(Math.round(lost));
    return wall;
  }

  #step(ms: number): void {
    if (ms > 0) {
      this.#timers.rearrange((timer) => {
        if (timer.elapsed) timer.when -= ms;
      });
    }
    for (const listener of this.#stepListeners) listener(ms);
  }
}

const PLATFORM: NativeTime = {
  now: native.now,
  monotonic: native.monotonic,
  setTimeout: (fn, ms) => native.setTimeout(fn, ms),
  clearTimeout: (timer) => {
    native.clearTimeout(timer as NodeJS.Timeout);
  },
  setImmediate: (fn) => void native.setImmediate(fn),
};

/** A clock that can tell when the wall clock has been set. */
interface SteppingClock extends Clock {
  /**
   * Calls `fn` each time the clock has been set, with the milliseconds by which it was set back; they are negative when it
   * went forward at once, as it also does while a machine sleeps. Returns a function that ends the subscription.
   */
  onStep(fn: (ms: number) => void): () => void;
}

/** Calls `fn` when `clock` is set, if it can tell; see {@link SteppingClock.onStep}. */
export function onStep(clock: Clock, fn: (ms: number) => void): () => void {
  return 'onStep' in clock ? (clock as SteppingClock).onStep(fn) : () => undefined;
}
