import type { ClockTimer } from '../../contracts/Clock';
import type { ClusterMoment } from '../../contracts/ClusterEngine';
import type { RunRecord } from '../../contracts/RunRecord';
import type { MemoryLease } from './MemoryLease';
import type { Member } from './MemoryMembers';

/** A moment that waits for its turn. */
export interface Item {
  readonly moment: ClusterMoment;
  readonly start: number;
  readonly notBefore: number;
  readonly answer: ((record: RunRecord) => void) | undefined;
}

/** A moment that a process runs. */
export interface Claim {
  readonly item: Item;
  readonly member: Member;
  readonly lease: MemoryLease;
  /** Resolves when it is over. */
  readonly over: Promise<void>;
  readonly end: () => void;
  record: RunRecord | undefined;
  isOver: boolean;
  check: ClockTimer | undefined;
}

export function newClaim(item: Item, member: Member, lease: MemoryLease): Claim {
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  return { item, member, lease, over, end, record: undefined, isOver: false, check: undefined };
}

/** True if a run with that record is followed by another start of its moment. */
export function isRepeated({ item, member }: Claim, { outcome }: RunRecord): boolean {
  const { delivery, maxStarts } = member.task;
  return delivery === 'at-least-once' && outcome !== 'succeeded' && item.start < maxStarts;
}
