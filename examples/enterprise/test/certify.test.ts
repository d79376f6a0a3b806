// region certify
import { certify } from 'daemonry/testing';

import { Books } from '../modules/books';
import { InvoiceRun } from '../src/billing/InvoiceRun';
import { OrderImport } from '../src/orders/OrderImport';
import { OrderStore } from '../src/orders/OrderStore';
import { givenFolder } from './support/givenShop';

describe('While the partner answers', () => {
  beforeEach(() => {
    jest.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json([]));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  certify(OrderImport, { services: [OrderStore], config: { values: { orders: { url: 'http://127.0.0.1:9/' } } } });
});

certify(InvoiceRun, {
  listeners: [Books],
  services: [OrderStore],
  config: { values: { books: { file: `${givenFolder()}/books.jsonl` } } },
});
// endregion certify
