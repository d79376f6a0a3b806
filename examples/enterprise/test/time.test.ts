// region time
import { Books } from '../modules/books';
import { OrderStore } from '../src/orders/OrderStore';
import { givenFolder, givenShop } from './support/givenShop';

// A month of nights takes no time; a month of calls to a partner would.
const listeners = { order_import: { enabled: false } };

describe('The nightly invoice', () => {
  it('is written at two in Paris, on the night the clocks change as well', async () => {
    const app = await givenShop({ folder: givenFolder(), listeners, now: '2026-03-27T12:00:00Z' });
    await app.start();
    app.container.get(OrderStore).add([{ id: 'a', cents: 1_000 }]);

    await app.clock.advanceTo('2026-03-30T12:00:00Z');

    expect(app.runs('invoice_run').map(({ scheduledAt }) => scheduledAt)).toEqual([
      '2026-03-28T01:00:00.000Z',
      '2026-03-29T01:00:00.000Z', // two o'clock does not exist that night: it is three
      '2026-03-30T00:00:00.000Z',
    ]);
    expect(app.container.get(Books).invoices[0]).toMatchObject({ orders: ['a'], cents: 1_000 });
  });

  it('is made up for once, after the application was down for three nights', async () => {
    const folder = givenFolder();
    const before = await givenShop({ folder, listeners, now: '2026-05-01T12:00:00Z' });
    await before.start();
    await before.stop();

    const after = await givenShop({ folder, listeners, now: '2026-05-04T12:00:00Z' });
    await after.start();
    await after.clock.advance('1m');

    expect(after.runs('invoice_run')).toMatchObject([
      { outcome: 'skipped', reason: 'missed', missed: { count: 2 } },
      { outcome: 'succeeded', trigger: 'catch-up', scheduledAt: '2026-05-04T00:00:00.000Z' },
    ]);
  });
});
// endregion time
