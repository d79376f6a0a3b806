import type { RunRecord, SkipReason } from '../contracts/RunRecord';
import { isoText } from '../time/instant';
import type { RememberedRun } from './TaskHistory';
import { tickIdOf, type Moment, type TaskLabel } from './TaskLabel';

/** Due moments that passed without a run. Epoch milliseconds. */
export interface MissedMoments {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** A due moment that led to no run, or several that were missed. */
export class SkippedRun implements RememberedRun {
  readonly outcome = 'skipped';
  readonly #label: TaskLabel;
  readonly #moment: Moment;
  readonly #missed: MissedMoments | undefined;

  constructor(
    label: TaskLabel,
    moment: Moment,
    readonly runId: string,
    readonly reason: SkipReason,
    readonly recordedAt: number,
    missed?: MissedMoments,
  ) {
    this.#label = label;
    this.#moment = moment;
    this.#missed = missed;
  }

  get record(): RunRecord {
    const { trigger, scheduledAt } = this.#moment;
    const missed = this.#missed;
    return {
      runId: this.runId,
      tickId: tickIdOf(this.#label.path, this.runId, trigger, scheduledAt),
      listener: this.#label.listener,
      task: this.#label.task,
      trigger,
      scheduledAt: isoText(scheduledAt),
      outcome: 'skipped',
      reason: this.reason,
      ...(missed === undefined
        ? {}
        : { missed: { from: isoText(missed.from), to: isoText(missed.to), count: missed.count } }),
    };
  }
}
