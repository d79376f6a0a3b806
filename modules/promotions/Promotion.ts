import { createHash } from 'node:crypto';

/** The states of a promotion. It begins `pending` and is decided once: by a person, or by its age. */
export const PROMOTION_STATES = ['pending', 'approved', 'rejected', 'expired'] as const;
/** One of {@link PROMOTION_STATES}. */
export type PromotionState = (typeof PROMOTION_STATES)[number];

/** A suggestion made by a promotion loop. */
export interface Proposal {
  /** Name of the loop: lower-case words with one underscore between them, at most 60 characters. */
  readonly loop: string;
  /** Identity of the proposal within its loop, 1 to 4096 characters: two proposals with the same key are the same one. */
  readonly key: string;
  /** One line, 1 to 200 characters. */
  readonly title: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** The proposed change, as plain JSON of at most 16 KiB. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Examples of the observations: at most 5 texts, each cut at 500 characters. */
  readonly samples: readonly string[];
  /** When the newest observation behind it was made; epoch ms. Without it, an expired promotion is not renewed. */
  readonly observedAt?: number;
}

/** A stored proposal and the decision about it. Plain JSON. */
export interface Promotion {
  /** Made of the loop and the key: see {@link promotionId}. */
  readonly id: string;
  /** Name of the loop that proposed it. */
  readonly loop: string;
  /** Identity of the proposal within its loop. */
  readonly key: string;
  /** One line. */
  readonly title: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** The proposed change. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Examples of the observations. */
  readonly samples: readonly string[];
  /** `pending` until somebody decides, or until it expires. */
  readonly state: PromotionState;
  /** Begins at 1; each change of the state adds 1. */
  readonly revision: number;
  /** ISO text. */
  readonly proposedAt: string;
  /** ISO text: when it entered its present state. */
  readonly changedAt: string;
  /** Name of the person who approved or rejected it. */
  readonly decidedBy?: string;
  /** Why it was rejected. */
  readonly reason?: string;
}

/** A row of the store that cannot be read as a promotion. It is left as it is. */
export interface DamagedPromotion {
  /** The id in that row. */
  readonly id: string;
  /** The reason, in words. */
  readonly why: string;
}

/** Pattern of a loop's name, which is part of ids. */
export const LOOP_NAME = '^(?=.{1,60}$)[a-z][a-z0-9]*(_[a-z0-9]+)*$';

const NAME = new RegExp(LOOP_NAME);

/** True if `text` may be the name of a loop. */
export const isLoopName = (text: string): boolean => NAME.test(text);

/** The id of the promotion that `loop` makes for `key`: always the same. */
export function promotionId(loop: string, key: string): string {
  return `${loop}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}
