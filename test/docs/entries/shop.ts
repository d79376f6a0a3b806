class OrderStore {
  async connect(): Promise<void> {
    console.log('connected');
  }

  async pull(_signal: AbortSignal): Promise<number> {
    return 3;
  }
}

// region shop
import { BackgroundDaemon, createApplication, runMain, type TickContext } from 'daemonry';

@BackgroundDaemon({ interval: '5m' })
class OrderSync {
  constructor(private readonly orders: OrderStore) {}

  async startup(): Promise<void> {
    await this.orders.connect();
  }

  async tick({ signal, log }: TickContext): Promise<void> {
    log.info('synchronised', { orders: await this.orders.pull(signal) });
  }
}

void runMain(() => createApplication({ name: 'shop', listeners: [OrderSync], services: [OrderStore] }));
// endregion shop
