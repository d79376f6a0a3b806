import { certify, createTestApplication } from 'daemonry/testing';
import { expect, it } from 'vitest';

import { Orders } from '../src/Orders.js';
import { OrderSync } from '../src/OrderSync.js';

it('sends what waits', async () => {
  const app = await createTestApplication({ listeners: [OrderSync], services: [Orders] });
  await app.start();

  await app.clock.advance('10ms');

  expect(app).toHaveRun('order_sync', { times: 1 });
  expect(app).toContainLog({ message: 'sent A-1, A-2' });
});

certify(OrderSync, { services: [Orders] });
