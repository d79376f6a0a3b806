import { type SitedCall, callSite } from '../callSite';
import type { ApplicationEvents } from '../../contracts/ApplicationEvents';
import type { Duration } from '../../contracts/Duration';
import type { ApplicationState } from '../../contracts/states';
import { WaitFailedError } from '../../errors/testingErrors';
import { durationMs, formatDuration } from '../../time/duration';
import { afterRealTime } from '../clock/realTime';
import type { VirtualClock } from '../clock/VirtualClock';

/** Makes the waits of one application and lists those that are pending. */
export class Waits {
  readonly #app: WaitedApplication;
  readonly #pending = new Set<SitedCall>();
  #moving: Promise<void> | undefined;

  constructor(app: WaitedApplication) {
    this.#app = app;
  }

  /** The waits that have not settled. */
  get pending(): Iterable<SitedCall> {
    return this.#pending;
  }

  /**
   * Resolves when `awaited` is found; looks for it from this call on, without a gap.
   * @throws WaitFailedError, with the journal, when the time or the application is over before.
   */
  async wait<T>(awaited: Awaited<T>, options: WaitOptions): Promise<T> {
    const wait = new Wait(this.#app, awaited, options, this.#inTurn);
    this.#pending.add(wait);
    try {
      return await wait.result();
    } finally {
      this.#pending.delete(wait);
    }
  }

  /** Calls `move` at once; while time is moved for another wait, after that. */
  readonly #inTurn: InTurn = (move) => {
    const moved = this.#moving === undefined ? move() : this.#moving.then(move);
    const moving = moved.finally(() => {
      if (this.#moving === moving) this.#moving = undefined;
    });
    this.#moving = moving;
    return moving;
  };
}

/** Calls a function that moves time, and never rejects, when it is its turn. */
type InTurn = (move: () => Promise<void>) => Promise<void>;

/** Options of `until` and `untilStarted`. */
export interface WaitOptions {
  /**
   * Moves virtual time until the wait is over, by at most this much; begins when the application starts, and of several waits
   * when the one before is over.
   * @defaultValue time is not moved
   */
  readonly within?: Duration;
  /** Real milliseconds to wait while virtual time stands still. @defaultValue 4000 */
  readonly patienceMs?: number;
}

/** Something to wait for. */
export interface Awaited<T> {
  /** The call that waits, as text: `until('run.finished')`. */
  readonly call: string;
  /**
   * Listens from now on. Returns a function that ends it.
   * @param lost - to be called with the reason when it cannot happen any more.
   */
  arm(found: (value: T) => void, lost: (because: string, cause?: unknown) => void): () => void;
  /** Checks a condition that no event announces; called again and again while the wait lasts. */
  look?(): void;
}

/** The parts of an application that waits use. */
interface WaitedApplication {
  readonly clock: VirtualClock;
  readonly events: ApplicationEvents;
  readonly state: ApplicationState;
  /** Its states and its journal, for messages. */
  describe(): string;
}

const PATIENCE_MS = 4_000;
const LOOK_MS = 10;

/** One wait. Listens from its construction until the awaited thing has happened or cannot happen any more. */
class Wait<T> implements SitedCall {
  readonly call: string;
  readonly site = callSite();
  readonly #app: WaitedApplication;
  readonly #awaited: Awaited<T>;
  readonly #ends: (() => void)[] = [];
  readonly #outcome: Promise<T>;
  #isDecided = false;
  #resolve: (value: T) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  /** Resolves, and never rejects, when this wait has stopped moving time. */
  #driving: Promise<void> | undefined;

  constructor(
    app: WaitedApplication,
    awaited: Awaited<T>,
    { within, patienceMs = PATIENCE_MS }: WaitOptions,
    inTurn: InTurn,
  ) {
    if (within !== undefined) durationMs(within);
    this.call = awaited.call;
    this.#app = app;
    this.#awaited = awaited;
    this.#outcome = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#ends.push(awaited.arm(this.#found, this.#lost));
    this.#watchTheEnd();
    if (this.#isDecided) return;
    this.#lookAround(patienceMs);
    if (within === undefined) return;
    const drive = (): void => {
      void inTurn(() => (this.#driving = this.#drive(within)));
    };
    // Before the start no event can come, however much time passes.
    if (app.state === 'created') this.#ends.push(app.events.on('application.starting', drive));
    else drive();
  }

  /** @throws WaitFailedError */
  async result(): Promise<T> {
    try {
      return await this.#outcome;
    } finally {
      // The test may move the clock as soon as this resolves.
      await this.#driving;
      for (const end of this.#ends) end();
    }
  }

  readonly #found = (value: T): void => {
    this.#isDecided = true;
    this.#resolve(value);
  };

  readonly #lost = (because: string, cause?: unknown): void => {
    if (this.#isDecided) return;
    this.#isDecided = true;
    const journal = this.#app.describe();
    const reason = cause === undefined ? {} : { cause };
    this.#reject(new WaitFailedError({ call: this.call, because, at: this.site.at, journal, ...reason }));
  };

  #watchTheEnd(): void {
    const { state, events } = this.#app;
    if (state === 'stopped' || state === 'failed') this.#lost(`the application is ${state} already`);
    const over = (): void => {
      // Events in the same turn as the end still count.
      queueMicrotask(() => {
        this.#awaited.look?.();
        this.#lost('the application is over');
      });
    };
    this.#ends.push(events.on('application.stopped', over));
  }

  /** Checks the condition every 10 ms, and gives up when virtual time has stood still for `patienceMs`. */
  #lookAround(patienceMs: number): void {
    const { clock } = this.#app;
    let now = clock.now();
    let waited = 0;
    const turn = (): void => {
      this.#awaited.look?.();
      waited = clock.now() === now ? waited + LOOK_MS : 0;
      now = clock.now();
      if (waited < patienceMs) takeBack = afterRealTime(LOOK_MS, turn);
      else
        this.#lost(
          `time has stood still, and nothing has brought it about in ${formatDuration(patienceMs)} of real time`,
        );
    };
    let takeBack = afterRealTime(LOOK_MS, turn);
    this.#ends.push(() => {
      takeBack();
    });
  }

  async #drive(within: Duration): Promise<void> {
    const isDone = (): boolean => {
      this.#awaited.look?.();
      return this.#isDecided;
    };
    if (isDone()) return;
    try {
      await this.#app.clock.advanceUntil(isDone, within);
      this.#lost(`it has not come within ${formatDuration(durationMs(within))} of virtual time`);
    } catch (cause) {
      this.#lost('time could not be moved', cause);
    }
  }
}
