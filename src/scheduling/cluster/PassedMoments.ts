import type { ClusterMoment } from '../../contracts/ClusterEngine';
import type { RunRecord, SkipReason } from '../../contracts/RunRecord';
import type { DueTimer } from '../DueTimer';
import type { SharedRuns } from './SharedRuns';

/** A moment, and what was accounted for before it. */
interface Accounted {
  readonly scheduledAt: number;
  readonly accounted?: number | undefined;
  readonly waiting?: readonly number[] | undefined;
}

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

  /** Records a moment that led to no run, and those before it. What was missed with others has one record with them. */
  skip(moment: ClusterMoment & Accounted, reason: SkipReason, detail?: string): readonly RunRecord[] {
    const all = reason === 'missed' ? this.before({ ...moment, scheduledAt: moment.scheduledAt + 1 }) : undefined;
    if (all !== undefined) return [all];
    const missed = this.before(moment);
    return [...(missed === undefined ? [] : [missed]), this.#runs.skip(moment, reason, detail)];
  }

  /** Records the due moments before one that are not accounted for; see `ClusterClaim`. Returns undefined if there is none. */
  before({ scheduledAt, accounted, waiting = [] }: Accounted): RunRecord | undefined {
    if (accounted === undefined) return undefined;
    const gone = this.#unreachable;
    this.#unreachable = undefined;
    let { next: from = Infinity } = this.#timer.around(accounted);
    let { previous: to = -Infinity } = this.#timer.around(scheduledAt - 1);
    while (waiting.includes(from)) ({ next: from = Infinity } = this.#timer.around(from));
    while (waiting.includes(to)) ({ previous: to = -Infinity } = this.#timer.around(to - 1));
    if (from > to) return undefined;
    const between = waiting.filter((at) => from < at && at < to).length;
    const missed = { from, to, count: this.#timer.countBetween(from - 1, to) - between };
    const moment: ClusterMoment = { trigger: 'schedule', scheduledAt: from, firesAt: from };
    // This process has recorded them already, one by one.
    const isKnown = gone !== undefined && gone.from <= from && to <= gone.to;
    return isKnown ? this.#runs.unreached(moment, missed) : this.#runs.skip(moment, 'missed', undefined, missed);
  }
}
