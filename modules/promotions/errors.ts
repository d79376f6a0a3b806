import { DaemonryError } from 'daemonry';

import type { DamagedPromotion, Promotion } from './Promotion';

/** A proposal or a decision is outside the limits. */
export class PromotionInvalidError extends DaemonryError<'PROMOTION_INVALID'> {
  constructor(
    /** One sentence for each thing that is wrong. */
    readonly problems: readonly string[],
  ) {
    super('PROMOTION_INVALID', {
      what: 'A promotion is not made or decided like this.',
      facts: Object.fromEntries(problems.map((problem, index) => [`${index + 1}`, problem])),
      fix: 'stay within these limits.',
    });
  }
}

/** There is no promotion with this id. */
export class PromotionUnknownError extends DaemonryError<'PROMOTION_UNKNOWN'> {
  constructor(
    /** The id that was asked for. */
    readonly id: string,
  ) {
    super('PROMOTION_UNKNOWN', {
      what: 'There is no such promotion.',
      facts: { id: id.slice(0, 100) },
      fix: 'take the id from GET /api/promotions.',
    });
  }
}

/** A decision about a promotion that is no longer pending. */
export class PromotionDecidedError extends DaemonryError<'PROMOTION_DECIDED'> {
  constructor(
    /** The promotion as it is stored. */
    readonly promotion: Promotion,
  ) {
    const { id, state, changedAt, decidedBy } = promotion;
    super('PROMOTION_DECIDED', {
      what: `The promotion ${id} is ${state} already.`,
      facts: { since: changedAt, by: decidedBy },
      fix: 'leave it: a decision is final, and an expired promotion comes back by itself when it is observed again.',
    });
  }
}

/** A row of the store cannot be read as a promotion. */
export class PromotionDamagedError extends DaemonryError<'PROMOTION_DAMAGED'> {
  constructor(
    /** The row, and why it cannot be read. */
    readonly promotion: DamagedPromotion,
    cause: unknown,
  ) {
    super('PROMOTION_DAMAGED', {
      what: 'A row that should hold a promotion does not.',
      facts: { id: promotion.id, why: promotion.why },
      fix: 'correct the row in the table promotions_stored, or remove it; it is not overwritten.',
      cause,
    });
  }
}
