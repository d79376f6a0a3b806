import { BackgroundDaemon, type OnTick, type TickContext } from 'daemonry';

import { type Order, OrderStore } from './OrderStore';
import { OrdersSettings } from './OrdersSettings';

/** Fetches new orders from the partner's service. */
@BackgroundDaemon({ interval: '30s', tickTimeout: '10s' })
export class OrderImport implements OnTick {
  constructor(
    private readonly store: OrderStore,
    private readonly settings: OrdersSettings,
  ) {}

  async tick({ signal, log, commit }: Pick<TickContext, 'signal' | 'log' | 'commit'>): Promise<void> {
    const { url, token } = this.settings;
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(new URL('orders', url), { signal, headers });
    if (!response.ok) throw new Error(`the partner answered ${response.status}`);
    const orders = (await response.json()) as Order[];
    commit(() => this.store.add(orders));
    log.info('orders imported', { orders: orders.length });
  }
}
