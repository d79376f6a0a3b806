import { DaemonryError } from 'daemonry';

import type { Promotion } from './Promotion';

/** A promotion that is not pending any more was to be decided. */
export class PromotionDecidedError extends DaemonryError {
  constructor(readonly promotion: Promotion) {
    const { id, state, changedAt, decidedBy } = promotion;
    super('PROMOTION_DECIDED', {
      what: `The promotion ${id} is ${state} already.`,
      facts: { since: changedAt, by: decidedBy },
      fix: 'leave it: a decision is final, and an expired promotion comes back by itself when it is observed again.',
    });
  }
}
