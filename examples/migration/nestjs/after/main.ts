// region after
import { BackgroundDaemon, createApplication, PeriodicTask, runMain, type TickContext } from 'daemonry';

import { Mailer } from '../../shop/Mailer';
import { OrderApi } from '../../shop/OrderApi';
import { Warehouse } from '../../shop/Warehouse';

@BackgroundDaemon({ fatalOnStartupFailure: true })
class OpenWarehouse extends Warehouse {
  startup(): Promise<void> {
    return this.open();
  }

  shutdown(): Promise<void> {
    return this.close();
  }
}

@BackgroundDaemon()
class MailGateway extends Mailer {
  startup(): Promise<void> {
    return this.connect();
  }
}

@BackgroundDaemon({ interval: '100ms', drainTimeout: '5s' })
class OrderSync {
  constructor(
    private readonly api: OrderApi,
    private readonly warehouse: OpenWarehouse,
  ) {}

  async tick({ signal }: TickContext): Promise<void> {
    for (const order of await this.api.pull(signal)) this.warehouse.keep(order);
  }

  @PeriodicTask({ cron: '0 3 * * *', timeZone: 'Europe/Paris' })
  report(): void {
    this.warehouse.report();
  }
}

void runMain(() =>
  createApplication({
    name: 'shop',
    listeners: [OpenWarehouse, MailGateway, OrderSync],
    services: [OrderApi],
    config: { directory: false },
  }),
);
// endregion after
