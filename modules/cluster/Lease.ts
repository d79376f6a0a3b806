import { formatDuration, LeaseLostError, type ClusterLease } from 'daemonry';

/** The part of a lease after which it is not relied on, if it was not renewed. */
const SAFE = 0.8;

/** Milliseconds on a clock that nobody sets, and that goes on while the process is frozen. */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}

/** Keeps the lock of a job, and says as soon as it may be lost. */
export class Lease implements Pick<ClusterLease, 'signal' | 'isHeld'> {
  readonly #controller = new AbortController();
  readonly #path: string;
  readonly #ms: number;
  readonly #renew: () => Promise<boolean | undefined>;
  #sentAt: number;
  #renewal: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #isOver = false;

  /**
   * @param renew - renews the lock; resolves with false when it belongs to somebody else, with undefined when there is nothing
   *   left to renew it with: it runs out then.
   * @param sentAt - when the request was sent that locked the job, on the {@link monotonic} clock.
   */
  constructor(path: string, ms: number, sentAt: number, renew: () => Promise<boolean | undefined>) {
    this.#path = path;
    this.#ms = ms;
    this.#sentAt = sentAt;
    this.#renew = renew;
    this.#renewal = setInterval(() => void this.#tryToRenew(), ms / 4);
    this.#armWatch();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isHeld(): boolean {
    return !this.#controller.signal.aborted && monotonic() < this.#sentAt + this.#ms * SAFE;
  }

  /** True while the store may still know it: longer than it is relied on. */
  get mayBeKept(): boolean {
    return monotonic() < this.#sentAt + this.#ms;
  }

  /** Renews it no more. The signal does not abort. */
  end(): void {
    clearInterval(this.#renewal);
    clearTimeout(this.#watch);
  }

  async #tryToRenew(): Promise<void> {
    const sentAt = monotonic();
    try {
      const isOurs = await this.#renew();
      if (isOurs === undefined) clearInterval(this.#renewal);
      else if (!isOurs) this.#lose('another process has it');
      else if (sentAt > this.#sentAt) {
        this.#sentAt = sentAt;
        this.#armWatch();
      }
    } catch {
      return; // it is tried again, until the watch ends the lease
    }
  }

  #armWatch(): void {
    clearTimeout(this.#watch);
    if (this.#isOver) return;
    const left = this.#sentAt + this.#ms * SAFE - monotonic();
    this.#watch = setTimeout(() => {
      this.#lose(`it was not renewed for ${formatDuration(this.#ms * SAFE)}`);
    }, left);
  }

  #lose(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.end();
    this.#controller.abort(new LeaseLostError(this.#path, why));
  }
}
