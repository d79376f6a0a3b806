import type { ClockTimer, ClockTimerOptions } from '../../contracts/Clock';
import type { Duration } from '../../contracts/Duration';
import type { PendingCallback } from '../../execution/PendingCallback';
import type { Instant } from '../../time/instant';
import { type Alarm, type AlarmOwner, alarmOn } from '../../time/Alarm';
import { VirtualClock } from '../clock/VirtualClock';

/**
 * The clock of one process of a test cluster: it goes with the clock of the cluster, ahead of it or behind. While the process
 * is frozen, or dead, its time goes on and its timers do not fire.
 */
export class ProcessClock extends VirtualClock {
  readonly #cluster: VirtualClock;
  #skewMs: number;
  /** The timers that would have fired since the process was frozen; undefined while it is not. */
  #held: (() => void)[] | undefined;

  constructor(cluster: VirtualClock, skewMs: number) {
    super({ now: cluster.now() + skewMs });
    this.#cluster = cluster;
    this.#skewMs = skewMs;
  }

  /** By how much it is ahead of the clock of the cluster, in milliseconds. */
  get skewMs(): number {
    return this.#skewMs;
  }

  override now(): number {
    return this.#cluster.now() + this.#skewMs;
  }

  override at(when: number, fn: () => void, options?: ClockTimerOptions): ClockTimer {
    let isCancelled = false;
    const fire = (): void => {
      if (isCancelled) return;
      if (this.#held === undefined) fn();
      else this.#held.push(fire);
    };
    const timer = this.#cluster.at(when - this.#skewMs, fire, options);
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }

  override alarm(owner: AlarmOwner, deadline: boolean): Alarm {
    return alarmOn({ now: () => this.now(), at: (...given) => this.at(...given) }, owner, deadline);
  }

  override track(owner: string): PendingCallback {
    return this.#cluster.track(owner);
  }

  /** Holds back every timer. */
  freeze(): void {
    this.#held ??= [];
  }

  /** Fires what was held back, in order. */
  thaw(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const fire of held) this.#cluster.at(this.#cluster.now(), fire);
  }

  /** Moves time for the whole cluster, as its own clock does. */
  override advance(duration: Duration): Promise<void> {
    return this.#cluster.advance(duration);
  }

  override advanceTo(instant: Instant): Promise<void> {
    return this.#cluster.advanceTo(instant);
  }

  override advanceUntil(isDone: () => boolean, duration: Duration): Promise<boolean> {
    return this.#cluster.advanceUntil(isDone, duration);
  }

  override runNext(): Promise<number | undefined> {
    return this.#cluster.runNext();
  }

  override settle(): Promise<void> {
    return this.#cluster.settle();
  }

  override get moving(): VirtualClock['moving'] {
    return this.#cluster.moving;
  }

  override idle(): Promise<void> {
    return this.#cluster.idle();
  }

  /** Does nothing: the clock of a cluster outlives its processes. */
  override belongTo(): void {}
}
