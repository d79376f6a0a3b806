import { AsyncResource } from 'node:async_hooks';

import type { Clock, ClockTimer } from '../contracts/Clock';
import { QueuedTimer } from './TimerQueue';

/**
 * A timer of the engine, which is set again and again. Unlike a timer of `clock.at` it does not remember the async context
 * in which it is set: it rings in a fresh one, made from the context of its owner.
 */
export interface Alarm {
  /** Rings once `when` (epoch milliseconds) is reached, instead of what it was set to before. */
  set(when: number): void;
  /** Does not ring until it is set again. */
  clear(): void;
}

/** The one that an {@link Alarm} rings for. */
export interface AlarmOwner {
  /** The async context in which the alarm rings. */
  readonly context: AsyncResource;
  /** @param now - the time on the clock. */
  ring(now: number): void;
}

/** A clock with alarms of its own. */
export interface AlarmClock extends Clock {
  /** @param deadline - as for `at`. */
  alarm(owner: AlarmOwner, deadline: boolean): Alarm;
}

/** Makes an alarm on any clock. It is not set. */
export function alarmOn(clock: Clock, owner: AlarmOwner, deadline = false): Alarm {
  return 'alarm' in clock ? (clock as AlarmClock).alarm(owner, deadline) : new PlainAlarm(clock, owner, deadline);
}

/** An alarm in the queue of a clock. */
export class ClockAlarm extends QueuedTimer implements Alarm {
  /** See `SystemClock`. */
  isOverdue = false;
  readonly #owner: AlarmOwner;
  readonly #changed: (alarm: ClockAlarm, when: number) => void;

  /** @param changed - sets the alarm in its queue; `Infinity` takes it out. */
  constructor(owner: AlarmOwner, deadline: boolean, changed: (alarm: ClockAlarm, when: number) => void) {
    super(deadline);
    this.#owner = owner;
    this.#changed = changed;
  }

  /** True when it measures a length of time rather than waiting for an instant. */
  get elapsed(): boolean {
    return this.deadline;
  }

  set(when: number): void {
    this.#changed(this, when);
  }

  clear(): void {
    this.#changed(this, Infinity);
  }

  fire(now: number): void {
    this.#owner.context.runInAsyncScope(ringAfresh, undefined, this.#owner, now);
  }

  /** Calls `fn` in the context of the owner. */
  inContext(fn: () => void): void {
    this.#owner.context.runInAsyncScope(fn);
  }
}

/** In a context of its own: a handler may change it (`enterWith`), and the next one must not see that. */
function ringAfresh(owner: AlarmOwner, now: number): void {
  const context = new AsyncResource('DaemonryTimer', { requireManualDestroy: true });
  try {
    context.runInAsyncScope(callRing, undefined, owner, now);
  } finally {
    // Some async hooks keep what they know of a resource until it is ended.
    context.emitDestroy();
  }
}

function callRing(owner: AlarmOwner, now: number): void {
  owner.ring(now);
}

/** An alarm on a clock that has none of its own. */
class PlainAlarm implements Alarm {
  readonly #clock: Clock;
  readonly #options: { readonly deadline: boolean };
  readonly #ring: () => void;
  #timer: ClockTimer | undefined;

  constructor(clock: Clock, owner: AlarmOwner, deadline: boolean) {
    this.#clock = clock;
    this.#options = { deadline };
    this.#ring = () => {
      this.#timer = undefined;
      owner.ring(clock.now());
    };
  }

  set(when: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.at(when, this.#ring, this.#options);
  }

  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
