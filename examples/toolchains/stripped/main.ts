import { BackgroundDaemon, createApplication, type OnTick, runMain, type TickContext } from 'daemonry';
import { decorate, inject, injectable } from 'inversify';

/** The orders that wait to be sent. */
class Orders {
  readonly #waiting = ['A-1', 'A-2'];

  take(): readonly string[] {
    return this.#waiting.splice(0);
  }
}
decorate(injectable(), Orders);

/** Node leaves decorators and parameter properties as they are: neither is written here. */
// region stripped
class OrderSync implements OnTick {
  readonly #orders: Orders;

  constructor(orders: Orders) {
    this.#orders = orders;
  }

  tick({ log }: TickContext): void {
    log.info(`sent ${this.#orders.take().join(', ')}`);
  }
}
decorate(inject(Orders), OrderSync, 0);
BackgroundDaemon({ interval: '10ms' })(OrderSync);
// endregion stripped

void runMain(async () => {
  const app = await createApplication({ name: 'orders', listeners: [OrderSync], services: [Orders] });
  app.events.on('run.finished', () => {
    app.requestShutdown('everything is sent');
  });
  return app;
});
