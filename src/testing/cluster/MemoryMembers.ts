import type { ClusterTask, ClusterWorker } from '../../contracts/ClusterEngine';
import type { LeaseProcess } from './MemoryLease';

/** A process, as a task of the store sees it. */
export interface MemberProcess extends LeaseProcess {
  readonly processId: string;
  /** Calls `fn` at once, or when the process reaches the store again; never, if it is dead. */
  whenConnected(fn: () => void): void;
}

/** A process that has joined a task. */
export interface Member {
  readonly process: MemberProcess;
  readonly task: ClusterTask;
  readonly worker: ClusterWorker;
  /** When its process started, on the clock of the store. */
  readonly startedAt: number;
  isAccepting: boolean;
  isSuperseded: boolean;
}

/** The processes that have joined one task. */
export class MemoryMembers {
  readonly #members: Member[] = [];

  get all(): readonly Member[] {
    return this.#members;
  }

  add(member: Member): void {
    this.#members.push(member);
  }

  remove(member: Member): void {
    const index = this.#members.indexOf(member);
    if (index >= 0) this.#members.splice(index, 1);
  }

  /** The member whose turn it is among those that take moments. */
  next(): Member | undefined {
    const member = this.#members.find(
      ({ process, isAccepting, isSuperseded }) => process.isConnected && isAccepting && !isSuperseded,
    );
    if (member === undefined) return undefined;
    this.remove(member);
    this.add(member);
    return member;
  }

  /** Lets the newest start decide which schedule holds. Returns its key; undefined without a member. */
  elect(): string | undefined {
    let newest: Member | undefined;
    for (const member of this.#members)
      if (newest === undefined || member.startedAt >= newest.startedAt) newest = member;
    if (newest === undefined) return undefined;
    const { scheduleKey } = newest.task;
    for (const member of this.#members) {
      const isSuperseded = member.task.scheduleKey !== scheduleKey;
      if (member.isSuperseded === isSuperseded) continue;
      member.isSuperseded = isSuperseded;
      member.process.whenConnected(() => {
        member.worker.superseded(isSuperseded);
      });
    }
    return scheduleKey;
  }
}
