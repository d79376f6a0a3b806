import {
  Available,
  BackgroundDaemon,
  createApplication,
  defineModule,
  type Availability,
  type TickContext,
} from 'daemonry';
import { createTestApplication } from 'daemonry/testing';
import { injectable } from 'inversify';

class Pool {
  isReachable = true;

  connect(): void {
    if (!this.isReachable) throw new Error('the database does not answer');
  }
}

// region order
@BackgroundDaemon()
class Database {
  constructor(private readonly pool: Pool) {}

  startup(): void {
    this.pool.connect();
  }
}

/** An ordinary service has no life of its own; it is decorated because it injects something. */
@injectable()
class OrderStore {
  constructor(readonly database: Database) {}
}

@BackgroundDaemon({ interval: '1m' })
class OrderSync {
  constructor(readonly orders: OrderStore) {}

  tick(): void {}
}
// endregion order

// region wants
@BackgroundDaemon({ interval: '1h', dependsOn: [OrderSync], wants: ['metrics'] })
class Report {
  tick(): void {}
}
// endregion wants

// region available
@BackgroundDaemon({ interval: '1m' })
class Alerts {
  constructor(@Available(Database) private readonly database: Availability<Database>) {}

  tick({ log }: TickContext): void {
    const database = this.database.current();
    if (database.state === 'ready') log.info('all is well');
    else if (database.state === 'failed') log.error('no database', { because: database.error.message });
  }
}
// endregion available

// region modules
const storage = defineModule('storage', {
  bind: ({ bind }) => {
    bind(Pool).toSelf();
    bind(Database).toSelf();
  },
});

const orders = defineModule('orders', {
  needs: [storage],
  bind: ({ bind }) => {
    bind(OrderStore).toSelf();
    bind(OrderSync).toSelf();
  },
});
// endregion modules

const given = (reachable = true) =>
  createTestApplication({
    listeners: [Report, OrderSync, Alerts, Database],
    services: [OrderStore, Pool],
    overrides: [[Pool, Object.assign(new Pool(), { isReachable: reachable })]],
  });

describe('the start order', () => {
  it('follows what is needed, with the reason of each edge', async () => {
    const app = await given();

    expect(app.plan.listeners.map(({ name }) => name)).toEqual(['database', 'order_sync', 'report', 'alerts']);
    expect(String(app.plan)).toContain('after database (constructor: OrderSync -> OrderStore -> Database)');
    expect(String(app.plan)).toContain('after order_sync (dependsOn: Report -> OrderSync)');
    expect(String(app.plan)).toContain('after database (soft, @Available: Alerts -> Database)');
    await app.stop();
  });

  it('is stopped in reverse', async () => {
    const app = await given();
    await app.start();
    await app.stop();

    expect(app.journal.filter((line) => line.startsWith('listener.stopped'))).toEqual([
      'listener.stopped alerts',
      'listener.stopped report',
      'listener.stopped order_sync',
      'listener.stopped database',
    ]);
  });
});

describe('a module', () => {
  it('brings what it needs', async () => {
    const app = await createTestApplication({ modules: [orders] });

    expect(app.plan.order).toEqual(['database', 'order_sync']);
    expect(String(app.plan)).toContain('storage  needed by orders');
    await app.stop();
  });
});

describe('a failure', () => {
  it('blocks what needs it, and nothing else', async () => {
    const app = await given(false);
    await app.start();
    await app.clock.advance('1m');

    // region blocked
    expect(app.status()).toMatchObject({
      state: 'degraded',
      listeners: [
        { name: 'database', state: 'startup_failed', error: { message: 'the database does not answer' } },
        { name: 'order_sync', state: 'blocked', blockedBy: 'database' },
        { name: 'report', state: 'blocked', blockedBy: 'database' },
        { name: 'alerts', state: 'running' },
      ],
    });
    // endregion blocked
    expect(app.logs).toContainEqual(
      expect.objectContaining({ message: 'no database', because: 'the database does not answer' }),
    );
  });
});

describe('a circle', () => {
  it('is refused with the whole path', async () => {
    // region cycle
    @BackgroundDaemon({ dependsOn: ['second'] })
    class First {}

    @BackgroundDaemon({ dependsOn: ['first'] })
    class Second {}

    const planned = createApplication({ name: 'shop', listeners: [First, Second] });
    await expect(planned).rejects.toThrow('First -> Second -> First');
    // endregion cycle
  });
});
