import type { Clock } from '../contracts/Clock';
import { type Alarm, alarmOn, type AlarmOwner } from '../time/Alarm';
import { EngineContext } from '../time/EngineContext';
import { onStep } from '../time/SystemClock';

/** A startup that is limited in time. */
interface LimitedStartup {
  /** Called once its time is over. */
  timeOut(): void;
}

/**
 * The time limits of the startups of a boot, with one alarm for all. Most startups end in a moment: their alarm stays as it
 * is, since the next startup needs one at nearly the same instant, and setting it costs more than the rest of a startup.
 */
export class StartupTimeouts implements AlarmOwner {
  // Made by the boot: a startup whose time is over goes on in the async context in which the others do.
  readonly context = new EngineContext('DaemonryBoot');
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  /** When the time of each startup in flight is over, in epoch milliseconds. */
  readonly #deadlines = new Map<LimitedStartup, number>();
  readonly #stopWatchingSteps: () => void;
  /** The instant that the alarm is set to; `Infinity` when it is not set. */
  #ringsAt = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#alarm = alarmOn(clock, this, true);
    this.#stopWatchingSteps = onStep(clock, (ms) => {
      if (ms < 0) return;
      for (const [startup, deadline] of this.#deadlines) this.#deadlines.set(startup, deadline - ms);
      this.#ringsAt -= ms;
    });
  }

  /** Limits a startup to `ms` milliseconds from now. */
  limit(startup: LimitedStartup, ms: number): void {
    const deadline = this.#clock.now() + ms;
    if (this.#deadlines.size === 0 || deadline < this.#ringsAt) this.#set(deadline);
    // After that: the clock may notice only now that it was set back, which moves the others.
    this.#deadlines.set(startup, deadline);
  }

  /** Takes notice of a startup that is over. */
  release(startup: LimitedStartup): void {
    if (this.#deadlines.delete(startup) && this.#deadlines.size > 0) this.#setForFirst();
  }

  /** Silences the alarm while no startup is in flight. */
  rest(): void {
    if (this.#deadlines.size > 0 || this.#ringsAt === Infinity) return;
    this.#alarm.clear();
    this.#ringsAt = Infinity;
  }

  /** Ends all limits. */
  end(): void {
    this.#deadlines.clear();
    this.rest();
    this.#stopWatchingSteps();
  }

  ring(now: number): void {
    this.#ringsAt = Infinity;
    for (const [startup, deadline] of this.#deadlines) {
      if (deadline > now) continue;
      this.#deadlines.delete(startup);
      startup.timeOut();
    }
    if (this.#deadlines.size > 0) this.#setForFirst();
  }

  #setForFirst(): void {
    let first: number;
    // Again, if the clock has moved all deadlines when the alarm was set.
    while ((first = Math.min(...this.#deadlines.values())) !== this.#ringsAt) this.#set(first);
  }

  #set(when: number): void {
    if (when === this.#ringsAt) return;
    this.#alarm.set(when);
    this.#ringsAt = when;
  }
}
