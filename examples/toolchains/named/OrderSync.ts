import { BackgroundDaemon, type OnTick, type TickContext } from 'daemonry';
import { inject } from 'inversify';

import { Orders } from '../src/Orders.js';

/** The same for compilers that record no types: each parameter names what is injected. */
// region named
@BackgroundDaemon({ name: 'order_sync', interval: '10ms' })
export class OrderSync implements OnTick {
  constructor(@inject(Orders) private readonly orders: Orders) {}

  tick({ log }: TickContext): void {
    log.info(`sent ${this.orders.take().join(', ')}`);
  }
}
// endregion named
