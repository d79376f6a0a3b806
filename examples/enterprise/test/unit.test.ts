// region unit
import { InvoiceRun } from '../src/billing/InvoiceRun';
import type { Invoice, Books } from '../modules/books';
import { OrderStore } from '../src/orders/OrderStore';

describe('The invoice of a night', () => {
  it('sums up the orders that wait, under the key of its due moment', () => {
    const store = new OrderStore();
    store.add([
      { id: 'a', cents: 1_000 },
      { id: 'b', cents: 250 },
    ]);
    const written: Invoice[] = [];
    const books = { write: (invoice: Invoice) => void written.push(invoice) } as Books;
    const log = { error: jest.fn(), warn: jest.fn(), info: jest.fn(), debug: jest.fn() };

    new InvoiceRun(store, books).tick({ tickId: 'night-1', commit: (fn) => fn(), log });

    expect(written).toEqual([{ key: 'night-1', orders: ['a', 'b'], cents: 1_250 }]);
    expect(store.size).toBe(0);
  });
});
// endregion unit
