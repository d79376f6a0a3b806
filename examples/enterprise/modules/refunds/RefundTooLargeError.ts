import { DaemonryError } from 'daemonry';

import type { Refund } from './Refunds';

/** A refund is larger than the settings allow. */
export class RefundTooLargeError extends DaemonryError<'REFUND_TOO_LARGE'> {
  constructor({ order, cents }: Refund, maxCents: number) {
    super('REFUND_TOO_LARGE', {
      what: `The refund of ${order} is too large.`,
      facts: { cents, maxCents },
      fix: 'grant less, or raise refunds.maxCents.',
    });
  }
}
