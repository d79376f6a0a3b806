import { BackgroundDaemon, type OnTick, type TickContext } from 'daemonry';
import { createTestCluster } from 'daemonry/testing';

class OrderStore {
  readonly kept: (readonly [orders: number, token: bigint | undefined])[] = [];

  keep(orders: number, token: bigint | undefined): void {
    this.kept.push([orders, token]);
  }
}

// region order-sync
@BackgroundDaemon({ interval: '1s', scope: 'cluster' })
class OrderSync implements OnTick {
  constructor(private readonly store: OrderStore) {}

  async tick({ sleep, commit, fencingToken }: TickContext): Promise<void> {
    // Stands for the work, which takes a while.
    await sleep('200ms');
    commit(() => {
      this.store.keep(1, fencingToken);
    });
  }
}
// endregion order-sync

describe('The guide to several processes', () => {
  it('shows a test in which a process is killed', async () => {
    // region test-cluster
    const cluster = await createTestCluster(3, { listeners: [OrderSync], services: [OrderStore], lease: '5s' });
    await cluster.start();
    await cluster.clock.advance('10s');
    cluster.kill(0);
    cluster.kill(1);
    await cluster.clock.advance('10s');

    expect(cluster.state('order_sync').newestRecorded).toBeDefined();
    expect(cluster.runs('order_sync').at(-1)?.outcome).toBe('succeeded');
    // endregion test-cluster
    await cluster.stop();
  });
});
