import { DaemonryError } from 'daemonry';

/** There is no promotion with this id. */
export class PromotionUnknownError extends DaemonryError {
  constructor(readonly id: string) {
    super('PROMOTION_UNKNOWN', {
      what: 'There is no such promotion.',
      facts: { id: id.slice(0, 100) },
      fix: 'take the id from GET /api/promotions.',
    });
  }
}
