import type { ClusterMoment } from '../../contracts/ClusterEngine';
import type { RunRecord } from '../../contracts/RunRecord';
import type { DueTimer } from '../DueTimer';
import type { SharedRuns } from './SharedRuns';

/** Records the due moments of one task that have passed without any process, in one record for all of them. */
export class PassedMoments {
  readonly #runs: SharedRuns;
  readonly #timer: Pick<DueTimer, 'around' | 'countBetween'>;
  /** The due moments that this process has recorded as `unreachable`, from the first to the last. */
  #unreachable: { readonly from: number; to: number } | undefined;

  constructor(runs: SharedRuns, timer: Pick<DueTimer, 'around' | 'countBetween'>) {
    this.#runs = runs;
    this.#timer = timer;
  }

  /** Takes notice of a due moment that this process has recorded as `unreachable`. */
  unreached(scheduledAt: number): void {
    if (this.#unreachable === undefined) this.#unreachable = { from: scheduledAt, to: scheduledAt };
    else this.#unreachable.to = scheduledAt;
  }

  /**
   * Records the due moments between two instants, both excluded. Returns undefined when there is none.
   *
   * @param accounted - undefined if nothing is to be looked for.
   */
  before(scheduledAt: number, accounted: number | undefined): RunRecord | undefined {
    if (accounted === undefined) return undefined;
    const gone = this.#unreachable;
    this.#unreachable = undefined;
    const { next: from = Infinity } = this.#timer.around(accounted);
    const { previous: to = -Infinity } = this.#timer.around(scheduledAt - 1);
    if (from > to) return undefined;
    const missed = { from, to, count: this.#timer.countBetween(accounted, to) };
    const moment: ClusterMoment = { trigger: 'schedule', scheduledAt: from, firesAt: from };
    // This process has recorded them already, one by one.
    const isKnown = gone !== undefined && gone.from <= from && to <= gone.to;
    return isKnown ? this.#runs.unreached(moment, missed) : this.#runs.skip(moment, 'missed', missed);
  }
}
