import {
  ContainerModule,
  inject,
  injectable,
  LazyServiceIdentifier,
  multiInject,
  named,
  optional,
  postConstruct,
} from 'inversify';

import { Available } from '../../decorators/Available';
import { BackgroundDaemon } from '../../decorators/listeners';
import type { Availability } from '../../src/contracts/Availability';
import { planOf, problemOf } from '../planning/support/planOf';

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

describe('inheritance', () => {
  @injectable()
  class Base {
    @inject(OrderStore) readonly store!: OrderStore;
    prepared = false;
    constructor(readonly database: Database) {}
    @postConstruct()
    prepare(): void {
      this.prepared = true;
    }
  }

  it('keeps the dependencies of a base whose constructor is inherited, through several bases', async () => {
    class Middle extends Base {}
    @BackgroundDaemon()
    class Leaf extends Middle {}
    const { listeners } = await planOf({ listeners: [Leaf, Database], services: [OrderStore] });
    const leaf = listeners.resolve<Leaf>('leaf');
    expect(leaf.database).toBeInstanceOf(Database);
    expect(leaf.store).toBeInstanceOf(OrderStore);
    expect(leaf.prepared).toBe(true);
  });

  it('does not let the types of the base into an own constructor', async () => {
    @BackgroundDaemon()
    class Own extends Base {
      constructor(
        readonly own: OrderStore,
        database: Database,
      ) {
        super(database);
      }
    }
    const { listeners } = await planOf({ listeners: [Own, Database], services: [OrderStore] });
    expect(listeners.resolve<Own>('own').own).toBeInstanceOf(OrderStore);
    expect(listeners.resolve<Own>('own').database).toBeInstanceOf(Database);
  });

  it('gives an own constructor without parameters none', async () => {
    const seen: unknown[] = [];
    @BackgroundDaemon()
    class Alone extends Base {
      constructor(...rest: []) {
        super(null as unknown as Database);
        seen.push(...rest);
      }
    }
    Reflect.defineMetadata('design:paramtypes', [], Alone);
    const { listeners, definitions } = await planOf({ listeners: [Alone, Database], services: [OrderStore] });
    expect(listeners.resolve<Alone>('alone').database).toBeNull();
    expect(seen).toEqual([]);
    // The property is inherited all the same, and needs the database.
    expect(definitions.map(({ name }) => name)).toEqual(['database', 'alone']);
  });
});

describe('the decorators of inversify', () => {
  const TOKEN = Symbol('token');
  const PART = Symbol('part');

  it('are obeyed: inject, named, optional, multiInject, lazy identifiers and defaults', async () => {
    @BackgroundDaemon()
    class Everything {
      @inject('absent') @optional() readonly kept = 'own';
      constructor(
        @inject(TOKEN) @named('fast') readonly token: string,
        @inject('nothing') @optional() readonly nothing: unknown,
        @multiInject(PART) readonly parts: readonly string[],
        @inject(new LazyServiceIdentifier(() => Database)) readonly lazy: Database,
        readonly limit = 5,
      ) {}
    }
    const { listeners } = await planOf({
      listeners: [Everything, Database],
      modules: [
        moduleOf(({ bind }) => {
          bind(TOKEN).toConstantValue('slow').whenNamed('slow');
          bind(TOKEN).toConstantValue('fast').whenNamed('fast');
          bind(PART).toConstantValue('a');
          bind(PART).toConstantValue('b');
        }),
      ],
    });
    const everything = listeners.resolve<Everything>('everything');
    expect(everything).toMatchObject({ token: 'fast', nothing: undefined, parts: ['a', 'b'], limit: 5, kept: 'own' });
    expect(everything.lazy).toBe(listeners.resolve('database'));
  });

  it.each([
    ['that is bound', true, { parameter: 'given', kept: 'given' }],
    ['that nothing binds', false, { parameter: undefined, kept: 'own' }],
  ])('may leave out a service: an optional one %s', async (_, isBound, expected) => {
    @BackgroundDaemon()
    class Choosy {
      @inject(TOKEN) @optional() readonly kept = 'own';
      constructor(@inject(TOKEN) @optional() readonly parameter: string | undefined) {}
    }
    const bound = moduleOf(({ bind }) => void bind(TOKEN).toConstantValue('given'));
    const { listeners } = await planOf({ listeners: [Choosy], modules: isBound ? [bound] : [] });

    expect(listeners.resolve<Choosy>('choosy')).toMatchObject(expected);
  });

  it('may say the scope of a service', async () => {
    @injectable('Transient')
    class Cart {}
    const { container } = await planOf({ services: [Cart] });
    expect(container.resolve(Cart)).not.toBe(container.resolve(Cart));
  });

  it('conflict with @Available on one parameter', async () => {
    @BackgroundDaemon()
    class Both {
      constructor(@inject(Database) @Available(Database) readonly database: Availability<Database>) {}
    }
    expect(await problemOf({ listeners: [Both, Database] })).toMatchObject({
      code: 'MISUSED_DECORATOR',
      what: 'It is not known what to inject into constructor parameter 0 of "Both".',
    });
  });
});

describe('modules', () => {
  it('are loaded in order, asynchronous ones included', async () => {
    @BackgroundDaemon()
    class Late {}
    @BackgroundDaemon()
    class Later {}
    const slow = moduleOf(async ({ bind }) => {
      await Promise.resolve();
      bind(Late).toSelf();
    });
    const { plan } = await planOf({ modules: [slow, moduleOf(({ bind }) => void bind(Later).toSelf())] });
    expect(plan.order).toEqual(['late', 'later']);
  });

  it('may look, unbind and rebind among ordinary services', async () => {
    const seen: boolean[] = [];
    const { container } = await planOf({
      modules: [
        moduleOf(({ bind }) => void bind('limit').toConstantValue(1)),
        moduleOf(({ isBound, rebind }) => {
          seen.push(isBound('limit'));
          rebind('limit').toConstantValue(2);
        }),
      ],
    });
    expect(seen).toEqual([true]);
    expect(container.container.get('limit')).toBe(2);
  });
});
