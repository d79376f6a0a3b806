import { ContainerModule, injectable, preDestroy } from 'inversify';

import { BackgroundDaemon } from '../../decorators/listeners';
import { planOf } from '../planning/support/planOf';

let journal: string[] = [];
beforeEach(() => {
  journal = [];
});

@injectable()
class Pool {
  dispose(): void {
    journal.push('pool');
  }
}

@injectable()
class Store {
  constructor(readonly pool: Pool) {}
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve();
    journal.push('store');
  }
}

@injectable()
class Cache {
  constructor(readonly store: Store) {}
  @preDestroy()
  flush(): void {
    journal.push('cache flushed');
  }
  dispose(): void {
    journal.push('not this one');
  }
}

@injectable()
class Unused {
  dispose(): void {
    journal.push('unused');
  }
}

@BackgroundDaemon()
class Worker {
  constructor(readonly cache: Cache) {}
  dispose(): void {
    journal.push('worker');
  }
}

describe('disposing services', () => {
  it('goes one by one in reverse order of construction, and leaves listeners and what was never constructed', async () => {
    const { container, listeners } = await planOf({ listeners: [Worker], services: [Unused, Cache, Store, Pool] });
    listeners.resolve('worker');
    expect(await container.disposeServices()).toEqual([]);
    expect(journal).toEqual(['cache flushed', 'store', 'pool']);
  });

  it('disposes each instance once, also where an activation refused the first one', async () => {
    let made = 0;
    @injectable()
    class Connection {
      readonly number = ++made;
      dispose(): void {
        journal.push(`connection ${this.number}`);
      }
    }
    @BackgroundDaemon()
    class First {
      constructor(readonly connection: Connection) {}
    }
    @BackgroundDaemon()
    class Second {
      constructor(readonly connection: Connection) {}
    }
    const refuseFirst = new ContainerModule(({ onActivation }) => {
      onActivation(Connection, (_, connection) => {
        if (connection.number === 1) throw new Error('not this one');
        return connection;
      });
    });
    const given = { listeners: [First, Second], services: [Connection], modules: [refuseFirst] };
    const { container, listeners } = await planOf(given);
    expect(() => listeners.resolve('first')).toThrow('not this one');
    listeners.resolve('second');
    await container.disposeServices();
    expect(journal).toEqual(['connection 2', 'connection 1']);
  });

  it('awaits each service before the next', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    @injectable()
    class Slow {
      constructor(readonly pool: Pool) {}
      async dispose(): Promise<void> {
        journal.push('slow begins');
        await gate;
        journal.push('slow ends');
      }
    }
    const { container } = await planOf({ services: [Slow, Pool] });
    container.resolve(Slow);
    const disposing = container.disposeServices();
    await new Promise((resolve) => setImmediate(resolve));
    expect(journal).toEqual(['slow begins']);
    open();
    await disposing;
    expect(journal).toEqual(['slow begins', 'slow ends', 'pool']);
  });

  it('collects what fails and goes on', async () => {
    @injectable()
    class Broken {
      constructor(readonly pool: Pool) {}
      [Symbol.dispose](): void {
        throw new Error('will not close');
      }
    }
    const { container } = await planOf({ services: [Broken, Pool] });
    container.resolve(Broken);
    const errors = await container.disposeServices();
    expect(errors).toMatchObject([
      { name: 'DisposalError', code: 'DISPOSAL_FAILED', cause: { message: 'will not close' } },
    ]);
    expect(journal).toEqual(['pool']);
  });

  it('goes on past a service that cannot be read, and past one that has no method to dispose it', async () => {
    @injectable()
    class Unreadable {
      constructor(readonly pool: Pool) {}
      get dispose(): never {
        throw new Error('no getter');
      }
    }
    @injectable()
    class Strict {
      constructor(readonly unreadable: Unreadable) {
        return new Proxy(this, {
          get: (target, key) => {
            if (!(key in target)) throw new Error(`there is no ${String(key)}`);
            return Reflect.get(target, key) as unknown;
          },
        });
      }
    }
    const { container } = await planOf({ services: [Strict, Unreadable, Pool] });
    container.resolve(Strict);
    expect(await container.disposeServices()).toMatchObject([
      { code: 'DISPOSAL_FAILED', cause: { message: 'no getter' } },
    ]);
    expect(journal).toEqual(['pool']);
  });

  it('tells that a generator has disposed nothing', async () => {
    @injectable()
    class Lazy {
      *dispose(): Generator<number> {
        yield 1;
      }
    }
    @injectable()
    class Late {
      @preDestroy()
      async *flush(): AsyncGenerator<number> {
        yield await Promise.resolve(1);
      }
    }
    const { container } = await planOf({ services: [Lazy, Late] });
    for (const service of [Lazy, Late]) container.resolve(service);
    const failed = { code: 'DISPOSAL_FAILED', cause: { code: 'GENERATOR_FUNCTION' } };
    expect(await container.disposeServices()).toMatchObject([failed, failed]);
  });

  it('happens once, also when it is asked for again and when the container is released', async () => {
    const { container, listeners } = await planOf({ listeners: [Worker], services: [Cache, Store, Pool] });
    listeners.resolve('worker');
    await container.disposeServices();
    await container.disposeServices();
    container.release();
    expect(journal).toEqual(['cache flushed', 'store', 'pool']);
    expect(() => container.resolve(Pool)).toThrow(/No bindings found/);
  });

  it('calls nothing on a release without it', async () => {
    const { container, listeners } = await planOf({ listeners: [Worker], services: [Cache, Store, Pool] });
    listeners.resolve('worker');
    container.release();
    expect(journal).toEqual([]);
  });

  it('includes what factories have made, but not what they only handed on', async () => {
    const { container } = await planOf({
      services: [Pool],
      modules: [
        new ContainerModule(({ bind }) => {
          bind('made').toDynamicValue(() => ({ dispose: () => journal.push('made') }));
          bind('declared').toResolvedValue((pool: Pool) => ({ pool, dispose: () => journal.push('declared') }), [Pool]);
          bind('handed on').toDynamicValue((context) => context.get(Pool));
        }),
      ],
    });
    for (const id of ['handed on', 'made', 'declared']) container.container.get(id);
    await container.disposeServices();
    expect(journal).toEqual(['declared', 'made', 'pool']);
  });

  it('leaves constant values alone, but for what their author gave to onDeactivation', async () => {
    const { container } = await planOf({
      modules: [
        new ContainerModule(({ bind, onDeactivation }) => {
          bind('plain').toConstantValue({ dispose: () => journal.push('plain') });
          bind('closed')
            .toConstantValue('value')
            .onDeactivation((value) => void journal.push(`closed ${String(value)}`));
          bind('not used')
            .toConstantValue('value')
            .onDeactivation(() => void journal.push('not used'));
          bind(Pool).toSelf();
          onDeactivation(Pool, () => void journal.push('pool deactivated'));
        }),
      ],
    });
    for (const id of ['plain', 'closed', Pool]) container.container.get(id);
    await container.disposeServices();
    container.release();
    expect(journal).toEqual(['pool', 'pool deactivated', 'closed value']);
  });

  it('leaves transient services to whoever asked for them', async () => {
    @injectable('Transient')
    class Session {
      dispose(): void {
        journal.push('session');
      }
    }
    const { container } = await planOf({ services: [Session] });
    container.resolve(Session);
    await container.disposeServices();
    expect(journal).toEqual([]);
  });
});
