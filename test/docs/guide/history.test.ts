import { BackgroundDaemon } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

@BackgroundDaemon({ interval: '1m' })
class OrderSync {
  tick(): void {
    throw new Error('no answer');
  }
}

describe('The page about the history', () => {
  it('shows how to read it page by page', async () => {
    const app = await createTestApplication({
      listeners: [OrderSync],
      config: { values: { history: { keep: '30d' } } },
    });
    await app.start();
    await app.clock.advance('3m');
    // region query
    const failed = { listener: 'order_sync', outcome: 'failed', from: '2026-01-01', limit: 2 } as const;
    const { runs, next } = await app.history.query(failed);
    const older = next === undefined ? undefined : await app.history.query({ ...failed, before: next });
    // endregion query
    expect(runs).toHaveLength(2);
    expect(older?.runs).toHaveLength(1);
    await app.stop();
  });
});
