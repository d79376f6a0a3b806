import { BackgroundDaemon, type OnStartup, type OnTick } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

@BackgroundDaemon({ name: 'store' })
class Store {}

@BackgroundDaemon({ name: 'order_sync', interval: '10s' })
class OrderSync implements OnTick {
  constructor(readonly store: Store) {}
  tick(): void {
    throw new Error('the shop is closed\nand dark');
  }
}

@BackgroundDaemon({ name: 'mailer', interval: '10s', fatalOnStartupFailure: false })
class Mailer implements OnStartup, OnTick {
  startup(): void {
    throw new Error('port 25 refused');
  }
  tick(): void {}
}

@BackgroundDaemon({ name: 'greeter', interval: '10s', dependsOn: [Mailer] })
class Greeter implements OnTick {
  tick(): void {}
}

@BackgroundDaemon({ name: 'cleaner', interval: '1h' })
class Cleaner implements OnTick {
  tick(): void {}
}

/** A small shop of which some parts fail, after 25 seconds. */
export async function givenShop() {
  const app = await createTestApplication({
    listeners: [Store, OrderSync, Mailer, Greeter, Cleaner],
    now: '2030-01-31T08:00:00Z',
  });
  await app.start();
  await app.clock.advance('25s');
  return app;
}
