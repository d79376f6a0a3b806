import { ContainerModule, inject, injectable } from 'inversify';

import { Available } from '../../decorators/Available';
import { BackgroundDaemon } from '../../decorators/listeners';
import type { Availability } from '../../src/contracts/Availability';
import { Clock } from '../../src/contracts/Clock';
import { ListenerLogger } from '../../src/contracts/ListenerLogger';
import { type NamedAvailability, OwnedLogger, planOf } from '../planning/support/planOf';

const moduleOf = (load: ConstructorParameters<typeof ContainerModule>[0]): ContainerModule => new ContainerModule(load);

let constructed: string[] = [];
beforeEach(() => {
  constructed = [];
});

@BackgroundDaemon()
class Database {
  constructor() {
    constructed.push('Database');
  }
}

@injectable()
class OrderStore {
  constructor(readonly database: Database) {
    constructed.push('OrderStore');
  }
}

@BackgroundDaemon()
class OrderSync {
  constructor(
    readonly store: OrderStore,
    readonly database: Database,
  ) {
    constructed.push('OrderSync');
  }
}

const given = { listeners: [OrderSync, Database], services: [OrderStore] };

describe('one instance of each listener', () => {
  it('is what both registries, the container and everything that injects it have', async () => {
    const { listeners, daemons, container } = await planOf(given);
    const database = listeners.resolve('database');
    expect(daemons.resolve('database')).toBe(database);
    expect(container.resolve(Database)).toBe(database);
    expect(container.container.get(Database)).toBe(database);
    const sync = listeners.resolve<OrderSync>('order_sync');
    expect(sync.database).toBe(database);
    expect(sync.store.database).toBe(database);
    expect(constructed.filter((name) => name === 'Database')).toHaveLength(1);
  });

  it('is not constructed by planning', async () => {
    const { plan } = await planOf(given);
    expect(plan.toText()).toContain('order_sync');
    expect(constructed).toEqual([]);
  });

  it('is bound under the token that its module binds it under', async () => {
    const DATABASE = Symbol('database');
    @BackgroundDaemon()
    class Reader {
      constructor(@inject(DATABASE) readonly database: object) {}
    }
    const { listeners, container } = await planOf({
      listeners: [Reader],
      modules: [moduleOf(({ bind }) => void bind(DATABASE).to(Database))],
    });
    expect(listeners.get('database')?.id).toBe(DATABASE);
    expect(listeners.resolve<Reader>('reader').database).toBe(container.resolve(DATABASE));
    expect(listeners.resolve('database')).toBeInstanceOf(Database);
  });

  it('is the one behind an alias, which is no second listener', async () => {
    abstract class Storage {}
    const { listeners, container } = await planOf({
      modules: [
        moduleOf(({ bind }) => {
          bind(Storage).toService(Database);
          bind(Database).toSelf();
        }),
      ],
    });
    expect(listeners.list()).toHaveLength(1);
    expect(container.resolve(Storage)).toBe(listeners.resolve('database'));
  });

  it('may be made by a factory that declares what it needs', async () => {
    const { listeners, plan } = await planOf({
      listeners: [Database],
      modules: [
        moduleOf(
          ({ bind }) =>
            void bind(OrderSync).toResolvedValue((d: Database) => new OrderSync(new OrderStore(d), d), [Database]),
        ),
      ],
    });
    expect(plan.order).toEqual(['database', 'order_sync']);
    expect(listeners.resolve<OrderSync>('order_sync').database).toBe(listeners.resolve('database'));
  });
});

describe('two applications in one process', () => {
  it('share no instance', async () => {
    const first = await planOf(given);
    const second = await planOf(given);
    expect(first.listeners.resolve('database')).not.toBe(second.listeners.resolve('database'));
    expect(first.listeners.resolve<OrderSync>('order_sync').database).toBe(first.listeners.resolve('database'));
    expect(second.listeners.resolve<OrderSync>('order_sync').database).toBe(second.listeners.resolve('database'));
  });

  it('give a class what its own application says, whichever asks first', async () => {
    @injectable()
    class Talker {
      constructor(
        readonly log: ListenerLogger,
        @Available(Database) readonly database: Availability<Database>,
      ) {}
    }
    const FirstLogger = new OwnedLogger('an override');
    const first = await planOf({
      listeners: [Database],
      services: [Talker],
      overrides: [[ListenerLogger, FirstLogger]],
    });
    const second = await planOf({ listeners: [Database], services: [Talker] });
    expect((second.container.resolve(Talker) as Talker).log).toMatchObject({ owner: 'Talker' });
    expect((first.container.resolve(Talker) as Talker).log).toBe(FirstLogger);
  });

  it('leave the metadata of their classes alone', async () => {
    @BackgroundDaemon()
    class Untouched {
      constructor(readonly database: Database) {}
    }
    const before = Reflect.getOwnMetadataKeys(Untouched);
    await planOf({ listeners: [Untouched, Database] });
    expect(Reflect.getOwnMetadataKeys(Untouched)).toEqual(before);
  });
});

describe('what the framework injects', () => {
  it('is the logger of the asking class: of a listener under its name, of a service under its class', async () => {
    @injectable()
    class Store {
      constructor(readonly log: ListenerLogger) {}
    }
    @BackgroundDaemon({ name: 'mail' })
    class MailListener {
      constructor(
        readonly store: Store,
        readonly log: ListenerLogger,
      ) {}
    }
    const { listeners } = await planOf({ listeners: [MailListener], services: [Store] });
    const mail = listeners.resolve<MailListener>('mail');
    expect(mail.log).toMatchObject({ owner: 'mail' });
    expect(mail.store.log).toMatchObject({ owner: 'Store' });
  });

  it('is the logger of the subclass that inherits the parameter', async () => {
    class Base {
      constructor(readonly log: ListenerLogger) {}
    }
    injectable()(Base);
    Reflect.defineMetadata('design:paramtypes', [ListenerLogger], Base);
    @BackgroundDaemon()
    class First extends Base {}
    @BackgroundDaemon()
    class Second extends Base {}
    const { listeners } = await planOf({ listeners: [First, Second] });
    expect(listeners.resolve<First>('first').log).toMatchObject({ owner: 'first' });
    expect(listeners.resolve<Second>('second').log).toMatchObject({ owner: 'second' });
  });

  it('is an availability, by parameter and by property, also in a subclass', async () => {
    @BackgroundDaemon()
    class Asking {
      @Available(Database) readonly byProperty!: Availability<Database>;
      constructor(@Available(Database) readonly byParameter: Availability<Database>) {}
    }
    @BackgroundDaemon()
    class Inheriting extends Asking {}
    const { listeners } = await planOf({ listeners: [Asking, Inheriting, Database] });
    for (const name of ['asking', 'inheriting']) {
      const asking = listeners.resolve<Asking>(name);
      expect((asking.byParameter as NamedAvailability).of).toBe('database');
      expect((asking.byProperty as NamedAvailability).of).toBe('database');
    }
    expect(constructed).toEqual([]);
  });

  it('is made when it is asked for first, once, and makes no edge', async () => {
    @BackgroundDaemon()
    class Timed {
      constructor(readonly clock: Clock) {}
    }
    const clock = { now: () => 0, at: () => ({ cancel() {} }) };
    const make = jest.fn(() => clock);
    const planned = await planOf({ listeners: [Timed], tokens: new Map([[Clock, make]]) });
    expect(make).not.toHaveBeenCalled();
    expect(planned.definitions[0]?.edges).toEqual([]);
    expect(planned.listeners.resolve<Timed>('timed').clock).toBe(clock);
    planned.container.resolve(Clock);
    expect(make).toHaveBeenCalledTimes(1);
  });
});
