import type { ClusterHistoryQuery } from '../../contracts/ClusterEngine';
import type { RunRecord } from '../../contracts/RunRecord';
import { isoText } from '../../time/instant';

/** The records of one task, the newest ones. */
export class MemoryRecords {
  readonly #keep: number;
  readonly #records: RunRecord[] = [];

  constructor(keep: number) {
    this.#keep = keep;
  }

  /** One record for each due moment: that of a repeated run takes the place of the one before. */
  add(record: RunRecord): void {
    const { start, tickId } = record;
    const known = start === undefined ? -1 : this.#records.findLastIndex((other) => other.tickId === tickId);
    if (known >= 0) this.#records.splice(known, 1);
    this.#records.push(record);
    if (this.#records.length > this.#keep) this.#records.shift();
  }

  /** The newest record that stands for an instant. */
  of(at: number): RunRecord | undefined {
    const text = isoText(at);
    return this.#records.findLast(
      ({ scheduledAt, missed }) =>
        scheduledAt === text || (missed !== undefined && missed.from <= text && text <= missed.to),
    );
  }

  history({ outcome, from = -Infinity, to = Infinity, limit }: ClusterHistoryQuery): readonly RunRecord[] {
    const wanted = this.#records.filter((record) => {
      const at = Date.parse(record.scheduledAt);
      return (outcome === undefined || record.outcome === outcome) && at >= from && at < to;
    });
    return wanted.sort((a, b) => b.scheduledAt.localeCompare(a.scheduledAt)).slice(0, limit);
  }
}
