import type { ClockTimer } from '../contracts/Clock';
import { ApplicationStoppedError, type BootFailure } from '../errors/bootErrors';
import type { Engine } from './Engine';
import type { ListenerRuntime } from './ListenerRuntime';

/** How a boot ended. No startup is in flight any more, whatever the outcome. */
export type BootOutcome =
  /** Every listener is decided, and nothing fatal has failed. */
  | { readonly kind: 'booted' }
  /** The boot was cancelled: some listeners may not have been started. */
  | { readonly kind: 'cancelled' }
  /** A fatal listener failed: some listeners may not have been started. */
  | { readonly kind: 'failed'; readonly failure: BootFailure };

const BOOTED: BootOutcome = { kind: 'booted' };
const CANCELLED: BootOutcome = { kind: 'cancelled' };

/** The end of a boot, which comes early after a fatal failure or when the boot is cancelled; the first of them counts. */
export class BootEnd {
  readonly #engine: Engine;
  readonly #runtimes: ReadonlyMap<string, ListenerRuntime>;
  #early: BootOutcome | undefined;
  #giveUpTimer: ClockTimer | undefined;

  constructor(engine: Engine, runtimes: ReadonlyMap<string, ListenerRuntime>) {
    this.#engine = engine;
    this.#runtimes = runtimes;
  }

  /** True once nothing more may be started. */
  get isEarly(): boolean {
    return this.#early !== undefined;
  }

  /** Cancels the boot: startups in flight are aborted, and given up once `grace` milliseconds are over. */
  cancel(reason: string, grace: number): void {
    this.#early ??= CANCELLED;
    this.#abortStartups(reason, grace);
  }

  /** Aborts the boot after a fatal failure. */
  fail(failure: BootFailure): void {
    if (this.#early !== undefined) return;
    this.#early = { kind: 'failed', failure };
    this.#abortStartups(`the startup of "${failure.listenerName}" failed`, this.#engine.config.startup.rollbackGrace);
  }

  /** The outcome, when no startup is in flight any more. */
  conclude(): BootOutcome {
    this.#giveUpTimer?.cancel();
    return this.#early ?? BOOTED;
  }

  #abortStartups(reason: string, grace: number): void {
    const startups = [...this.#runtimes.values()].flatMap(({ current }) =>
      current.state === 'starting' ? [current.startup] : [],
    );
    if (startups.length === 0) return;
    const stopped = new ApplicationStoppedError(reason);
    for (const startup of startups) startup.abort(stopped);
    this.#giveUpTimer?.cancel();
    this.#giveUpTimer = this.#engine.clock.at(
      this.#engine.clock.now() + grace,
      () => {
        for (const startup of startups) startup.giveUp(grace);
      },
      { deadline: true },
    );
  }
}
