// region slice
import { createTestApplication, override } from 'daemonry/testing';

import { OrderImport } from '../src/orders/OrderImport';
import { OrderStore } from '../src/orders/OrderStore';
import { answering, givenPartner, type Partner } from './support/givenPartner';

describe('The import of orders', () => {
  let partner: Partner;
  afterEach(() => partner.close());

  it('stores what the partner has', async () => {
    partner = await givenPartner(answering([{ id: 'a', cents: 1_000 }]));
    const store = new OrderStore();
    const app = await createTestApplication({
      listeners: [OrderImport],
      services: [OrderStore],
      overrides: [override(OrderStore, store)],
      config: { values: { orders: { url: partner.url } } },
    });
    await app.start();

    const run = await app.tick('order_import');

    expect(run.outcome).toBe('succeeded');
    expect(store.size).toBe(1);
  });
  // endregion slice

  it('goes on after a night in which the partner was down', async () => {
    let isUp = false;
    partner = await givenPartner((request, response) => {
      if (isUp) answering([{ id: 'a', cents: 1_000 }])(request, response);
      else response.writeHead(503).end();
    });
    const store = new OrderStore();
    const app = await createTestApplication({
      listeners: [OrderImport],
      services: [OrderStore],
      overrides: [override(OrderStore, store)],
      config: { values: { orders: { url: partner.url } } },
    });
    await app.start();

    const failed = await app.tick('order_import');
    isUp = true;
    const next = await app.tick('order_import');

    expect(failed).toMatchObject({ outcome: 'failed', error: { message: 'the partner answered 503' } });
    expect(next.outcome).toBe('succeeded');
  });
});
