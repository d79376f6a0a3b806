import { IsString } from 'class-validator';
import { Container, ContainerModule, injectable, LazyServiceIdentifier, inject, postConstruct } from 'inversify';

import { BackgroundDaemon } from '../../decorators/listeners';
import { Settings } from '../../decorators/settings';
import { Clock } from '../../src/contracts/Clock';
import { planOf } from '../planning/support/planOf';

const moduleOf = (load: ConstructorParameters<typeof ContainerModule>[0]): ContainerModule => new ContainerModule(load);

class Store {
  readonly kind: string = 'given';
}

@BackgroundDaemon()
class Reader {
  constructor(readonly store: Store) {}
}

@BackgroundDaemon()
class Writer {
  constructor(readonly store: Store) {}
}

@Settings('store')
class StoreSettings {
  @IsString() url!: string;
}

@BackgroundDaemon()
class Timed {
  constructor(
    readonly clock: Clock,
    readonly settings: StoreSettings,
  ) {}
}

const given = { listeners: [Reader, Writer], services: [Store] };

describe('Resolving a listener', () => {
  it('gives the instance that the container gives, whichever is asked first', async () => {
    const { container, listeners } = await planOf(given);
    const reader = listeners.resolve<Reader>('reader');
    expect(container.container.get(Reader)).toBe(reader);
    const writer = container.container.get(Writer);
    expect(listeners.resolve('writer')).toBe(writer);
    expect(writer.store).toBe(reader.store);
    expect(container.container.get(Store)).toBe(reader.store);
  });

  it('obeys the activations of what it injects', async () => {
    class Wrapped extends Store {
      override readonly kind = 'wrapped';
    }
    const activation = moduleOf(({ onActivation }) => {
      onActivation(Store, () => new Wrapped());
    });
    const { listeners } = await planOf({ ...given, modules: [activation] });
    expect(listeners.resolve<Reader>('reader').store.kind).toBe('wrapped');
    expect(listeners.resolve<Writer>('writer').store).toBe(listeners.resolve<Reader>('reader').store);
  });

  it('gives values of the framework and settings as the container does, each made once', async () => {
    let made = 0;
    const tokens = new Map([[Clock, () => ({ number: ++made })]]);
    const { container, listeners } = await planOf({ listeners: [Timed], tokens, values: { 'store.url': 'memory:' } });
    const timed = listeners.resolve<Timed>('timed');
    expect(made).toBe(1);
    expect(container.container.get(Clock)).toBe(timed.clock);
    expect(container.container.get(StoreSettings)).toBe(timed.settings);
    expect(timed.settings.url).toBe('memory:');
  });

  it('obeys the activations of values of the framework and of settings, and what has taken their place', async () => {
    const seen: unknown[] = [];
    const activation = moduleOf(({ onActivation }) => {
      for (const id of [Clock, StoreSettings]) {
        onActivation<object>(id, (_, value) => {
          seen.push(value);
          return value;
        });
      }
    });
    const tokens = new Map([[Clock, () => ({})]]);
    const input = { listeners: [Timed], tokens, modules: [activation], values: { 'store.url': 'memory:' } };
    const activated = await planOf(input);
    const timed = activated.listeners.resolve<Timed>('timed');
    expect(seen).toEqual([timed.clock, timed.settings]);

    const replaced = await planOf({ ...input, modules: [] });
    const clock = {};
    replaced.container.container.rebind<object>(Clock).toConstantValue(clock);
    expect(replaced.listeners.resolve<Timed>('timed').clock).toBe(clock);
  });

  it('obeys an activation of the listener itself', async () => {
    const seen: unknown[] = [];
    const activation = moduleOf(({ onActivation }) => {
      onActivation(Reader, (_, reader) => {
        seen.push(reader);
        return reader;
      });
    });
    const { listeners } = await planOf({ ...given, modules: [activation] });
    const reader = listeners.resolve('reader');
    listeners.resolve('reader');
    expect(seen).toEqual([reader]);
  });

  it('makes a service of transient scope anew for each', async () => {
    const store = moduleOf(({ bind }) => {
      bind(Store).toSelf().inTransientScope();
    });
    const { listeners } = await planOf({ listeners: [Reader, Writer], modules: [store] });
    expect(listeners.resolve<Reader>('reader').store).not.toBe(listeners.resolve<Writer>('writer').store);
  });

  it('obeys the conditions of bindings', async () => {
    class Other extends Store {
      override readonly kind = 'other';
    }
    const stores = moduleOf(({ bind }) => {
      bind(Store)
        .toSelf()
        .whenParent(({ serviceIdentifier }) => serviceIdentifier === Reader);
      bind(Store)
        .to(Other)
        .whenParent(({ serviceIdentifier }) => serviceIdentifier === Writer);
    });
    const { listeners } = await planOf({ listeners: [Reader, Writer], modules: [stores] });
    expect(listeners.resolve<Reader>('reader').store.kind).toBe('given');
    expect(listeners.resolve<Writer>('writer').store.kind).toBe('other');
  });

  it('obeys a binding that was replaced after the plan was made', async () => {
    const { container, listeners } = await planOf(given);
    const replacement = new Store();
    container.container.rebind(Store).toConstantValue(replacement);
    expect(listeners.resolve<Reader>('reader').store).toBe(replacement);
  });

  it('follows aliases and lazy identifiers', async () => {
    const ALIAS = Symbol('alias');
    @BackgroundDaemon()
    class Lazy {
      constructor(
        @inject(ALIAS) readonly aliased: Store,
        @inject(new LazyServiceIdentifier(() => Store)) readonly store: Store,
      ) {}
    }
    const alias = moduleOf(({ bind }) => {
      bind(ALIAS).toService(Store);
    });
    const { container, listeners } = await planOf({ listeners: [Lazy], services: [Store], modules: [alias] });
    const lazy = listeners.resolve<Lazy>('lazy');
    expect(lazy.aliased).toBe(container.container.get(Store));
    expect(lazy.store).toBe(lazy.aliased);
  });

  it('calls @postConstruct before others get the instance', async () => {
    @injectable()
    class Prepared {
      isReady = false;
      @postConstruct()
      prepare(): void {
        this.isReady = true;
      }
    }
    @BackgroundDaemon()
    class User {
      readonly wasReady: boolean;
      constructor(prepared: Prepared) {
        this.wasReady = prepared.isReady;
      }
    }
    const { listeners } = await planOf({ listeners: [User], services: [Prepared] });
    expect(listeners.resolve<User>('user').wasReady).toBe(true);
  });

  it('constructs again what a constructor refused the first time', async () => {
    let attempts = 0;
    @BackgroundDaemon()
    class Refusing {
      constructor() {
        if (++attempts === 1) throw new Error('not yet');
      }
    }
    const { listeners } = await planOf({ listeners: [Refusing] });
    expect(() => listeners.resolve('refusing')).toThrow('not yet');
    expect(listeners.resolve('refusing')).toBeInstanceOf(Refusing);
  });
});

describe('The bindings of an application', () => {
  it('are numbered with those of every other container of the process', async () => {
    const { container } = await planOf(given);
    const numbers = container.graph.all.map(({ bindingId }) => bindingId);
    const other = new Container().bind('other').toConstantValue(1).getIdentifier().id;
    expect(new Set([...numbers, other]).size).toBe(numbers.length + 1);
    expect(Math.max(...numbers)).toBeLessThan(other);
  });

  it('can be changed and taken away like any other', async () => {
    const { container } = await planOf(given);
    const inversify = container.container;
    inversify.unbind(Store);
    expect(inversify.isBound(Store)).toBe(false);
    inversify.bind(Store).toConstantValue(new Store());
    inversify.snapshot();
    inversify.unbind(Reader);
    inversify.restore();
    expect(inversify.get(Reader)).toBeInstanceOf(Reader);
  });
});
