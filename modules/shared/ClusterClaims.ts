import { injectable } from 'inversify';

/** The result of a moment whose turn it was in this process, or of an offer of one. */
export type ClaimResult =
  'started' | 'overlap' | 'paused' | 'missed' | 'dropped' | 'lost' | 'given_back' | 'unreachable';

/** Counts the moments of cluster scope in this process by result, for the metrics. */
@injectable()
export class ClusterClaims {
  readonly #counts = new Map<ClaimResult, number>();

  /** The number of moments by result, since the boot; a result that has not come is absent. */
  get counts(): ReadonlyMap<ClaimResult, number> {
    return this.#counts;
  }

  /** Adds one. */
  count(result: ClaimResult): void {
    this.#counts.set(result, (this.#counts.get(result) ?? 0) + 1);
  }
}
