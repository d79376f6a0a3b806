import { injectable } from 'inversify';

import type { ProbeSnapshot } from './ProbeSnapshot';

/** What the probes found last, for whoever asks: the daemon `heartbeat_probes` fills it. */
@injectable()
export class ProbeFindings {
  #latest: readonly ProbeSnapshot[] | undefined;

  /** Whether a round is complete. Before the first, and when the daemon does not run, nothing can be said of any probe. */
  get known(): boolean {
    return this.#latest !== undefined;
  }

  /**
   * A copy of the findings of the last complete round: the endpoints in their order, then the vendors. Empty while nothing
   * is {@link known}.
   */
  current(): readonly ProbeSnapshot[] {
    return structuredClone(this.#latest ?? []);
  }

  /** Replaces what is known. */
  record(findings: readonly ProbeSnapshot[]): void {
    this.#latest = findings;
  }

  /** Nothing is known any more. */
  forget(): void {
    this.#latest = undefined;
  }
}
