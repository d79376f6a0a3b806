import type { AsyncResource } from 'node:async_hooks';

import { alarmOn, type Alarm, type AlarmOwner } from '../time/Alarm';
import type { TimerParts } from './DueTimer';

/** A run in flight. */
export interface LimitedRun {
  /** Called at its deadline. */
  timeOut(): void;
}

/**
 * The deadlines of the runs of one task. They pass in the order in which the runs began, since the timeout is the same for
 * all: one alarm is enough, and no run has a timer of its own.
 */
export class TickTimeouts implements AlarmOwner {
  readonly context: AsyncResource;
  readonly #alarm: Alarm;
  readonly #runs: LimitedRun[] = [];
  /** The deadline of each run, in epoch milliseconds. */
  readonly #deadlines: number[] = [];

  constructor({ environment, context }: TimerParts) {
    this.context = context;
    this.#alarm = alarmOn(environment.clock, this, true);
  }

  /** Calls `timeOut` of the run at its deadline, unless it is released before. It has begun after all others. */
  limit(run: LimitedRun, deadline: number): void {
    // An alarm that is set looks at the clock: if that was set back, the deadlines before this one are moved.
    this.#setFor(this.#deadlines[0] ?? deadline);
    this.#runs.push(run);
    this.#deadlines.push(deadline);
  }

  /** Forgets the run. */
  release(run: LimitedRun): void {
    const index = this.#runs.indexOf(run);
    if (index < 0) return;
    removeAt(this.#runs, index);
    removeAt(this.#deadlines, index);
    if (index === 0) this.#setForFirst();
  }

  /** Follows the clock, which was set back by `ms`, and the alarm with it. */
  stepBack(ms: number): void {
    this.#deadlines.forEach((deadline, index) => (this.#deadlines[index] = deadline - ms));
  }

  ring(): void {
    const run = this.#runs.shift();
    this.#deadlines.shift();
    this.#setForFirst();
    run?.timeOut();
  }

  #setForFirst(): void {
    const first = this.#deadlines[0];
    if (first === undefined) this.#alarm.clear();
    else this.#setFor(first);
  }

  #setFor(deadline: number): void {
    this.#alarm.set(deadline);
    const first = this.#deadlines[0] ?? deadline;
    if (first !== deadline) this.#alarm.set(first);
  }
}

/** Removes the item at `index` of a short list, most often the last or the first: `splice` would make a list of what it removed. */
export function removeAt(list: unknown[], index: number): void {
  if (index === list.length - 1) list.pop();
  else if (index === 0) list.shift();
  else list.splice(index, 1);
}
