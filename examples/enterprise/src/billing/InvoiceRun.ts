import type { OnTick, TickContext } from 'daemonry';

import { Nightly } from '../../decorators/Nightly';
import { Books } from '../../modules/books';
import { OrderStore } from '../orders/OrderStore';

/** Writes one invoice a night. */
@Nightly(2)
export class InvoiceRun implements OnTick {
  constructor(
    private readonly store: OrderStore,
    private readonly books: Books,
  ) {}

  tick({ tickId, commit, log }: Pick<TickContext, 'tickId' | 'commit' | 'log'>): void {
    commit(() => {
      const orders = this.store.take();
      const cents = orders.reduce((sum, order) => sum + order.cents, 0);
      this.books.write({ key: tickId, orders: orders.map(({ id }) => id), cents });
      log.info('invoice written', { orders: orders.length, cents });
    });
  }
}
