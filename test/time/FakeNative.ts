import type { NativeTime, NativeTimer } from '../../src/time/SystemClock';

class FakeTimer implements NativeTimer {
  hasRef = true;

  constructor(
    readonly at: number,
    readonly delay: number,
    readonly fn: () => void,
  ) {}

  ref(): void {
    this.hasRef = true;
  }

  unref(): void {
    this.hasRef = false;
  }
}

/** A platform whose time passes, and whose wall clock is set, by hand. */
export class FakeNative implements NativeTime {
  wall: number;
  uptime = 0;
  timers: FakeTimer[] = [];
  immediates: (() => void)[] = [];
  /** Every delay a native timer was armed with. */
  readonly delays: number[] = [];

  constructor(now = 0) {
    this.wall = now;
  }

  readonly now = (): number => this.wall;
  readonly monotonic = (): number => this.uptime;

  readonly setTimeout = (fn: () => void, ms: number): NativeTimer => {
    // Node does the same with what does not fit into 31 bits.
    const delay = ms > 2 ** 31 - 1 ? 1 : Math.max(ms, 1);
    const timer = new FakeTimer(this.uptime + delay, delay, fn);
    this.delays.push(ms);
    this.timers.push(timer);
    return timer;
  };

  readonly clearTimeout = (timer: NativeTimer): void => {
    this.timers = this.timers.filter((other) => other !== timer);
  };

  readonly setImmediate = (fn: () => void): void => void this.immediates.push(fn);

  /** The wall clock is set, while no time passes. */
  set(ms: number): void {
    this.wall += ms;
  }

  /** Time passes while the loop stands still; what was due comes at once afterwards. */
  block(ms: number): void {
    this.uptime += ms;
    this.wall += ms;
    this.#fireDue();
  }

  pass(ms: number): void {
    const end = this.uptime + ms;
    for (;;) {
      const next = Math.min(...this.timers.map((timer) => timer.at));
      if (next > end) break;
      this.#moveTo(next);
      this.#fireDue();
    }
    this.#moveTo(end);
  }

  #moveTo(uptime: number): void {
    if (uptime <= this.uptime) return;
    this.wall += uptime - this.uptime;
    this.uptime = uptime;
  }

  #fireDue(): void {
    for (const timer of this.timers.filter(({ at }) => at <= this.uptime)) {
      this.clearTimeout(timer);
      timer.fn();
    }
    for (const fn of this.immediates.splice(0)) fn();
  }
}
