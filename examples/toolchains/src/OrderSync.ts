import { BackgroundDaemon, type OnTick, type TickContext } from 'daemonry';

import { Orders } from './Orders.js';

/** Sends what waits. The types of its parameters say what is injected. */
@BackgroundDaemon({ interval: '10ms' })
export class OrderSync implements OnTick {
  constructor(private readonly orders: Orders) {}

  tick({ log }: TickContext): void {
    log.info(`sent ${this.orders.take().join(', ')}`);
  }
}
