import { BackgroundDaemon, type OnTick } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

@BackgroundDaemon({ interval: '5m' })
class OrderSync implements OnTick {
  tick(): void {}
}

describe('Docs: operations', () => {
  it('pauses in code as an operator does', async () => {
    const app = await createTestApplication({ listeners: [OrderSync] });
    await app.start();
    // region pause
    await app.operate({
      action: 'pause',
      listener: 'order_sync',
      by: 'kim',
      kind: 'human',
      reason: 'the disk is full',
    });
    // endregion pause
    await app.clock.advance('5m');

    expect(app.runs('order_sync')).toMatchObject([{ outcome: 'skipped', reason: 'paused' }]);
  });
});
