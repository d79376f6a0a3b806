import type { ClusterLease } from '../../contracts/ClusterEngine';
import type { Clock, ClockTimer } from '../../contracts/Clock';
import { LeaseLostError } from '../../errors/clusterErrors';
import { formatDuration } from '../../contracts/Duration';
import { runOutsideExecution } from '../../execution/ExecutionContext';

/** The part of a lease without a renewal after which its holder gives it up. */
const SAFE_PART = 0.8;

/** The parts of a process that its leases need. */
export interface LeaseProcess {
  readonly clock: Clock;
  readonly leaseMs: number;
  /** True while the process reaches the store. */
  readonly isConnected: boolean;
  /** The clock of the store. */
  storeNow(): number;
}

/** A lease, as its holder and the store see it. It is renewed until it is lost or given back. */
export class MemoryLease implements ClusterLease {
  /** Until when it holds in the store, on the clock of the store. */
  until: number;
  readonly #path: string;
  readonly #process: LeaseProcess;
  readonly #controller = new AbortController();
  #renewedAt: number;
  /** True once the holder has given it back. */
  #isReleased = false;
  /** True once the store has given it to another process. */
  #isRefused = false;
  #renewal: ClockTimer | undefined;
  #watchdog: ClockTimer | undefined;

  constructor(
    path: string,
    readonly fencingToken: bigint,
    process: LeaseProcess,
  ) {
    this.#path = path;
    this.#process = process;
    this.#renewedAt = process.clock.now();
    this.until = process.storeNow() + process.leaseMs;
    this.#arm();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isHeld(): boolean {
    const { clock, leaseMs } = this.#process;
    return !this.#controller.signal.aborted && !this.#isRefused && clock.now() - this.#renewedAt < SAFE_PART * leaseMs;
  }

  /** True while the store counts it as held. */
  isHeldAt(storeNow: number): boolean {
    return !this.#isReleased && !this.#isRefused && storeNow < this.until;
  }

  /** Gives it back: nothing is renewed any more. */
  release(): void {
    this.#isReleased = true;
    this.#disarm();
  }

  /** The store has given it to another process. */
  refuse(): void {
    this.#isRefused = true;
  }

  #arm(): void {
    const { clock, leaseMs } = this.#process;
    runOutsideExecution(() => {
      this.#renewal = clock.at(clock.now() + leaseMs / 3, () => this.#renew(), { elapsed: true });
      this.#watchdog = clock.at(this.#renewedAt + SAFE_PART * leaseMs, () => this.#lose(), { elapsed: true });
    });
  }

  #renew(): void {
    if (this.#isReleased || this.signal.aborted) return;
    const { clock, leaseMs, isConnected } = this.#process;
    if (isConnected && this.#isRefused) {
      this.#lose();
      return;
    }
    if (isConnected) {
      this.#renewedAt = clock.now();
      this.until = this.#process.storeNow() + leaseMs;
    }
    this.#disarm();
    this.#arm();
  }

  #disarm(): void {
    this.#renewal?.cancel();
    this.#watchdog?.cancel();
  }

  #lose(): void {
    if (this.#isReleased || this.signal.aborted || this.isHeld) return;
    this.#disarm();
    const since = formatDuration(Math.round(this.#process.clock.now() - this.#renewedAt));
    this.#controller.abort(new LeaseLostError(this.#path, `it was not renewed for ${since}`));
  }
}
