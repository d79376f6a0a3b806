// region explore
import { explore, type ExploredRun } from 'daemonry/testing';

import { givenFolder, givenShop } from './support/givenShop';

jest.setTimeout(60_000);

/** Where an event stands among everything that happened; absent when it never did. */
const placeOf = ({ events }: ExploredRun, name: string, listener: string): number | undefined =>
  events.find((event) => event.name === name && event.listener === listener)?.order;

describe('Whatever fails, hangs or crashes in the shop', () => {
  it('no invoice run begins before the books are open, and the shop ends', async () => {
    const report = await explore(
      () => givenShop({ folder: givenFolder(), listeners: { order_import: { enabled: false } } }),
      (run) => {
        const opened = placeOf(run, 'listener.started', 'books');
        const began = placeOf(run, 'listener.starting', 'invoice_run');
        return began === undefined || (opened !== undefined && opened < began);
      },
      { runs: 50 },
    );

    expect(report).toMatchObject({ interrupted: false, seed: 1 });
  });
});
// endregion explore
