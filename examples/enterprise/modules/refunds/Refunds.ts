import { AuditLog } from '@daemonry/modules/audit_log';
import { IsInt, Min } from 'class-validator';
import { Clock, Settings } from 'daemonry';
import { injectable } from 'inversify';

import { Books } from '../books';
import { RefundTooLargeError } from './RefundTooLargeError';

/** Settings of the refunds, under `refunds`. */
@Settings('refunds')
export class RefundsSettings {
  /** Largest refund in cents. */
  @IsInt()
  @Min(1)
  readonly maxCents: number = 10_000;
}

/** Money to give back to a customer. */
export interface Refund {
  /** Id of the order. */
  readonly order: string;
  /** Amount in cents. */
  readonly cents: number;
  /** Reason, in the words of the customer. */
  readonly reason: string;
  /** The person who grants it. */
  readonly by: string;
}

/** Grants refunds, and writes each to the books and to the audit log. */
@injectable()
export class Refunds {
  readonly #granted: (Refund & { readonly at: number })[] = [];

  constructor(
    private readonly settings: RefundsSettings,
    private readonly books: Books,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** Grants a refund. @throws RefundTooLargeError above `refunds.maxCents`; AuditWriteError when it is not on record. */
  async grant(refund: Refund): Promise<void> {
    const { order, cents, reason, by } = refund;
    if (cents > this.settings.maxCents) throw new RefundTooLargeError(refund, this.settings.maxCents);
    const at = this.clock.now();
    this.books.write({ key: `refund of ${order} at ${new Date(at).toISOString()}`, orders: [order], cents: -cents });
    this.#granted.push({ ...refund, at });
    await this.audit.append('refund.granted', { order, cents, reason, by }, { source: 'refunds' });
  }

  /** Refunds granted since the start, oldest first, with their instants (epoch ms). */
  get granted(): readonly (Refund & { readonly at: number })[] {
    return this.#granted;
  }
}
