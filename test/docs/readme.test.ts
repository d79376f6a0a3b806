import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

import { BackgroundDaemon } from 'daemonry';
import { createTestApplication, override, startProcess } from 'daemonry/testing';

import { givenApplication } from '../cli/support/givenApplication';

// A real process, and the package has to be built for it.
jest.setTimeout(180_000);

class OrderStore {
  async pull(): Promise<number> {
    return 0;
  }
}

@BackgroundDaemon({ interval: '5m' })
class OrderSync {
  constructor(private readonly orders: OrderStore) {}

  async tick(): Promise<void> {
    await this.orders.pull();
  }
}

describe('The README', () => {
  it('shows an application that runs', async () => {
    const compilerOptions = {
      target: 'ES2022',
      module: 'NodeNext',
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    };
    const place = givenApplication({ 'tsconfig.json': JSON.stringify({ compilerOptions }) });
    copyFileSync(join(__dirname, 'entries/shop.ts'), join(place.folder, 'shop.ts'));
    const shop = startProcess('shop.ts', {
      cwd: place.folder,
      env: { DAEMONRY__LISTENERS__ORDER_SYNC__INTERVAL: '50ms' },
    });
    await shop.untilLog('synchronised');

    expect(await shop.stop()).toMatchObject({ code: 0, startOrder: ['order_sync'], stopOrder: ['order_sync'] });
  });

  it('shows a test that passes', async () => {
    const fakeStore = { pull: async () => 3 };
    // region test
    const app = await createTestApplication({
      listeners: [OrderSync],
      services: [OrderStore],
      overrides: [override(OrderStore, fakeStore)],
    });
    await app.start();
    await app.clock.advance('24h'); // 288 ticks, in milliseconds
    expect(app.runs('order_sync').at(-1)).toMatchObject({ outcome: 'succeeded' });
    // endregion test
  });
});
