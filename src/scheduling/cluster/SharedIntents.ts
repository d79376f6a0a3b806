import type { Clock, ClockTimer } from '../../contracts/Clock';
import type { ClusterIntent, ClusterIntentChange, ClusterIntents } from '../../contracts/ClusterEngine';
import type { TaskSchedule } from '../../contracts/entries';
import type { PauseInfo } from '../../contracts/status';

/** Everything that operators have set for one task in the cluster. An intent whose end has come is lifted by any process. */
export class SharedIntents {
  readonly #clock: Clock;
  readonly #change: (change: ClusterIntentChange) => Promise<void>;
  #all: ClusterIntents = {};
  #timer: ClockTimer | undefined;

  /**
   * @param clock - that of the store.
   * @param change - changes them in the cluster.
   */
  constructor(clock: Clock, change: (change: ClusterIntentChange) => Promise<void>) {
    this.#clock = clock;
    this.#change = change;
  }

  get pause(): PauseInfo | undefined {
    const { pause } = this.#all;
    if (pause === undefined) return undefined;
    const { since, until, reason, by } = pause;
    return { since, ...(until === undefined ? {} : { until }), reason, by };
  }

  /** The schedule in place of the declared one; undefined if there is none. */
  get schedule(): TaskSchedule | undefined {
    return this.#all.reschedule?.schedule;
  }

  /** Takes what the engine tells. Returns true if the schedule has changed. */
  take(intents: ClusterIntents): boolean {
    const before = this.schedule;
    this.#all = intents;
    this.#arm();
    return JSON.stringify(before) !== JSON.stringify(this.schedule);
  }

  end(): void {
    this.#timer?.cancel();
  }

  #arm(): void {
    this.#timer?.cancel();
    const all: readonly ClusterIntent[] = Object.values(this.#all);
    const ends = all.map(({ until }) => (until === undefined ? Infinity : Date.parse(until)));
    const next = Math.min(...ends);
    this.#timer = next < Infinity ? this.#clock.at(next, () => void this.#lift()) : undefined;
  }

  async #lift(): Promise<void> {
    const now = this.#clock.now();
    const all: readonly (readonly [string, ClusterIntent])[] = Object.entries(this.#all);
    const over = all.filter(([, { until }]) => until !== undefined && Date.parse(until) <= now);
    if (over.length === 0) return;
    try {
      await this.#change(Object.fromEntries(over.map(([key]) => [key, undefined])));
    } catch {
      // It is away: this process is told again what holds when it is back.
      this.#timer = undefined;
    }
  }
}
