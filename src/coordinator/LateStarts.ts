import { hindranceOf } from './hindranceOf';
import type { Blocked, ListenerRuntime } from './ListenerRuntime';

/** The acts of the coordinator that {@link LateStarts} asks for. */
export interface LateStarter {
  /** True while listeners may be started. */
  readonly isOpen: () => boolean;
  /** Starts a blocked listener; {@link LateStarts.decided} is called once its startup is decided. */
  readonly start: (runtime: ListenerRuntime) => void;
  /** Takes notice of what a blocked listener waits for now. */
  readonly settle: (runtime: ListenerRuntime, blocked: Blocked) => void;
}

/**
 * Starts blocked listeners after the boot, in the plan's order: each once everything that it needs runs, and no more at
 * once than `startup.concurrency` allows. One that needs a disabled listener is left to `DisabledNeeds`.
 */
export class LateStarts {
  readonly #runtimes: ReadonlyMap<string, ListenerRuntime>;
  readonly #concurrency: number;
  readonly #starter: LateStarter;
  readonly #inFlight = new Set<ListenerRuntime>();
  #isLooking = false;
  #looksAgain = false;

  /** @param runtimes - in the plan's order. */
  constructor(runtimes: ReadonlyMap<string, ListenerRuntime>, concurrency: number, starter: LateStarter) {
    this.#runtimes = runtimes;
    this.#concurrency = concurrency;
    this.#starter = starter;
  }

  /** Takes notice of a startup that is decided. */
  decided(runtime: ListenerRuntime): void {
    this.#inFlight.delete(runtime);
  }

  /** Starts those that nothing hinders any more. */
  look(): void {
    this.#looksAgain = true;
    // A startup may be over at once, and calls this again.
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#looksAgain) {
        this.#looksAgain = false;
        this.#lookOnce();
      }
    } finally {
      this.#isLooking = false;
    }
  }

  #lookOnce(): void {
    for (const runtime of this.#runtimes.values()) {
      if (this.#inFlight.size >= this.#concurrency || !this.#starter.isOpen()) return;
      if (runtime.state !== 'blocked') continue;
      const hindrance = hindranceOf(runtime.definition, this.#runtimes);
      if (hindrance === undefined) {
        this.#inFlight.add(runtime);
        this.#starter.start(runtime);
      } else if (hindrance.state === 'blocked') this.#starter.settle(runtime, hindrance);
    }
  }
}
