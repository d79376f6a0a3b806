import { type SitedCall, callSite } from '../callSite';
import type { ApplicationEvents } from '../../contracts/ApplicationEvents';
import type { Duration } from '../../contracts/Duration';
import type { ApplicationState } from '../../contracts/states';
import { WaitFailedError } from '../../errors/testingErrors';
import { durationMs, formatDuration } from '../../time/duration';
import { afterRealTime } from '../clock/realTime';
import type { VirtualClock } from '../clock/VirtualClock';

/** The waits of one application. */
export class Waits {
  readonly #host: WaitingHost;
  readonly #pending = new Set<SitedCall>();

  constructor(host: WaitingHost) {
    this.#host = host;
  }

  /** Those that have not come to their end. */
  get pending(): Iterable<SitedCall> {
    return this.#pending;
  }

  /**
   * Resolves when `awaited` is found. Armed at once: what happens after this call is not missed.
   * @throws WaitFailedError, with the journal, when it does not come: in time, or before the application is over.
   */
  async wait<T>(awaited: Awaited<T>, options: WaitOptions): Promise<T> {
    const wait = new Wait(this.#host, awaited, options);
    this.#pending.add(wait);
    try {
      return await wait.result();
    } finally {
      this.#pending.delete(wait);
    }
  }
}

export interface WaitOptions {
  /**
   * Moves time until what is waited for has come, by this much at most, from the start of the application on.
   * @defaultValue time is not moved
   */
  readonly within?: Duration;
  /** How long, in real milliseconds, to wait while time does not move. @defaultValue 4000 */
  readonly patienceMs?: number;
}

/** What is waited for. */
export interface Awaited<T> {
  /** `until('run.finished')` */
  readonly call: string;
  /**
   * Listens from now on. Returns what ends it.
   * @param lost - says that it does not come any more, and why.
   */
  arm(found: (value: T) => void, lost: (because: string, cause?: unknown) => void): () => void;
  /** Looks by itself, for what is announced by nobody. */
  look?(): void;
}

/** The application that is waited for. */
export interface WaitingHost {
  readonly clock: VirtualClock;
  readonly events: ApplicationEvents;
  readonly state: ApplicationState;
  /** Where the application stands, and its journal. */
  describe(): string;
}

const PATIENCE_MS = 4_000;
const LOOK_MS = 10;

/** One wait: armed when it is made, over when what it waits for has come, or cannot come any more. */
export class Wait<T> implements SitedCall {
  readonly call: string;
  readonly site = callSite();
  readonly #host: WaitingHost;
  readonly #awaited: Awaited<T>;
  readonly #ends: (() => void)[] = [];
  readonly #outcome: Promise<T>;
  #isDecided = false;
  #resolve: (value: T) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  /** Settles, without rejecting, when this wait moves time no longer. */
  #driving: Promise<void> | undefined;

  constructor(host: WaitingHost, awaited: Awaited<T>, { within, patienceMs = PATIENCE_MS }: WaitOptions) {
    if (within !== undefined) durationMs(within);
    this.call = awaited.call;
    this.#host = host;
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
      this.#drive(within);
    };
    // Before the start nothing could come, however much time passes.
    if (host.state === 'created') this.#ends.push(host.events.on('application.starting', drive));
    else drive();
  }

  /** @throws WaitFailedError */
  async result(): Promise<T> {
    try {
      return await this.#outcome;
    } finally {
      // Whoever goes on from here may move the clock.
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
    const journal = this.#host.describe();
    const reason = cause === undefined ? {} : { cause };
    this.#reject(new WaitFailedError({ call: this.call, because, at: this.site.at, journal, ...reason }));
  };

  #watchTheEnd(): void {
    const { state, events } = this.#host;
    if (state === 'stopped' || state === 'failed') this.#lost(`the application is ${state} already`);
    const over = (): void => {
      // What happens in the same turn as the end still counts.
      queueMicrotask(() => {
        this.#awaited.look?.();
        this.#lost('the application is over');
      });
    };
    this.#ends.push(events.on('application.stopped', over));
  }

  /** Looks every now and then, and gives up when virtual time has stood still for so long. */
  #lookAround(patienceMs: number): void {
    const { clock } = this.#host;
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

  #drive(within: Duration): void {
    const isDone = (): boolean => {
      this.#awaited.look?.();
      return this.#isDecided;
    };
    this.#driving = this.#host.clock.advanceUntil(isDone, within).then(
      () => {
        this.#lost(`it has not come within ${formatDuration(durationMs(within))} of virtual time`);
      },
      (cause: unknown) => {
        this.#lost('time could not be moved', cause);
      },
    );
  }
}
