import type { ClusterDeadLetter, ClusterDeadLetterQuery, ClusterHistoryQuery } from '../../contracts/ClusterEngine';
import type { RunRecord } from '../../contracts/RunRecord';
import { isoText } from '../../time/instant';
import type { Item } from './MemoryClaim';
import type { MemoryMembers } from './MemoryMembers';

/** A run whose holder has died or lost its lease. */
interface Loss {
  readonly run: RunRecord;
  /** When that was noticed. */
  readonly at: number;
  readonly answer: Item['answer'];
}

/** The records of one task, the newest ones. */
export class MemoryRecords {
  readonly #keep: number;
  readonly #records: RunRecord[] = [];
  /** Since when they are dead letters, by `tickId`, oldest first. */
  readonly #dead = new Map<string, number>();
  /** Losses that no process was there to record. */
  #losses: Loss[] = [];

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

  /** The number of due moments that have used up their starts. */
  get deadLetters(): number {
    return this.#dead.size;
  }

  /** Keeps a due moment as a dead letter. */
  bury({ tickId }: RunRecord, at: number): void {
    if (this.#dead.has(tickId)) return;
    this.#dead.set(tickId, at);
    const [oldest = ''] = this.#dead.keys();
    if (this.#dead.size > this.#keep) this.#dead.delete(oldest);
  }

  /** The dead letters, the newest first. */
  letters({ tickId: wanted, limit }: ClusterDeadLetterQuery): readonly ClusterDeadLetter[] {
    const all = [...this.#dead].filter(([tickId]) => (wanted ?? tickId) === tickId).toReversed();
    return all.slice(0, limit).map(([tickId, at]) => {
      const record = this.#records.findLast((one) => one.tickId === tickId && one.missed === undefined);
      return { tickId, since: isoText(at), ...(record === undefined ? {} : { record }) };
    });
  }

  /** Forgets a dead letter, or all of them. Returns how many that were. */
  dismiss(tickId: string | undefined): number {
    const before = this.#dead.size;
    if (tickId === undefined) this.#dead.clear();
    else this.#dead.delete(tickId);
    return before - this.#dead.size;
  }

  /** Has a member record a loss: the first one that is there, or that comes. */
  lose(loss: Loss, members: MemoryMembers): void {
    this.#losses.push(loss);
    this.recover(members);
  }

  /** Has a member record the losses that wait for one. */
  recover(members: MemoryMembers): void {
    const member = members.all.find(({ process }) => process.isConnected);
    if (member === undefined) return;
    const losses = this.#losses;
    this.#losses = [];
    for (const { run, at, answer } of losses) {
      const record = member.worker.lost(run, at);
      this.add(record);
      answer?.(record);
    }
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
