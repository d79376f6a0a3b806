import type { SitedCall } from '../callSite';
import { Wait, type Awaited, type WaitingHost, type WaitOptions } from './Wait';

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
