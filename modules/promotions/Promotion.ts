import { createHash } from 'node:crypto';

import type { PromotionLoop } from '../audit_log/AuditEvent';
import { PROMOTION_LOOPS } from '../audit_log/auditEvents';

/** A promotion begins `pending`, and is then decided once: by a person, or by its age. */
export const PROMOTION_STATES = ['pending', 'approved', 'rejected', 'expired'] as const;
export type PromotionState = (typeof PROMOTION_STATES)[number];

/** What a loop proposes. */
export interface Proposal {
  readonly loop: PromotionLoop;
  /** What makes two proposals of a loop the same: 1 to 4096 characters. */
  readonly key: string;
  /** One line, 1 to 200 characters. */
  readonly title: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** What is proposed, as plain JSON of at most 16 KiB. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What was observed: at most 5 texts, each cut at 500 characters. */
  readonly samples: readonly string[];
  /** When the newest observation behind it was made; epoch ms. Without it, an expired promotion is not renewed. */
  readonly observedAt?: number;
}

/** A stored proposal, and what became of it. Plain JSON. */
export interface Promotion {
  /** The same for the same loop and key. */
  readonly id: string;
  readonly loop: PromotionLoop;
  readonly key: string;
  readonly title: string;
  readonly confidence: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly samples: readonly string[];
  readonly state: PromotionState;
  /** Begins at 1; each change of the state adds 1. */
  readonly revision: number;
  /** ISO text. */
  readonly proposedAt: string;
  /** ISO text: when it came into its state. */
  readonly changedAt: string;
  /** Who approved or rejected it. */
  readonly decidedBy?: string;
  /** Why it was rejected. */
  readonly reason?: string;
}

/** A file of the store that holds no promotion. It is left as it is. */
export interface DamagedFile {
  /** Absolute. */
  readonly path: string;
  readonly why: string;
}

const ID = new RegExp(`^(${PROMOTION_LOOPS.join('|')})-[0-9a-f]{16}$`);

/** The id of the promotion that `loop` makes for `key`: always the same, and safe as the name of a file. */
export function promotionId(loop: PromotionLoop, key: string): string {
  return `${loop}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

/** The loop that an id names; `undefined` for what is no id. */
export function loopOf(id: string): PromotionLoop | undefined {
  return ID.exec(id)?.[1] as PromotionLoop | undefined;
}
