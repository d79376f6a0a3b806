// region comparison
import { BackgroundDaemon, type OnTick } from 'daemonry';
import { createTestApplication, override } from 'daemonry/testing';

class OrderApi {
  async pull(): Promise<void> {}
}

@BackgroundDaemon({ interval: '5m' })
class OrderSync implements OnTick {
  constructor(private readonly api: OrderApi) {}

  tick(): Promise<void> {
    return this.api.pull();
  }
}

describe('OrderSync', () => {
  it('syncs every five minutes, also after one sync has failed', async () => {
    const pull = jest.fn().mockRejectedValueOnce(new Error('503')).mockResolvedValue(undefined);
    const app = await createTestApplication({
      listeners: [OrderSync],
      services: [OrderApi],
      overrides: [override(OrderApi, { pull })],
    });
    await app.start();

    await app.clock.advance('1h');

    expect(pull).toHaveBeenCalledTimes(12);
    expect(app.runs('order_sync')[0]).toMatchObject({ outcome: 'failed', error: { message: '503' } });
  });
});
// endregion comparison
