import { ContainerModule, inject, injectable } from 'inversify';
import { IsString } from 'class-validator';

import { BackgroundDaemon, PeriodicTask } from '../../decorators/listeners';
import { Settings } from '../../decorators/settings';
import { planOf, problemOf } from '../planning/support/planOf';

@Settings('store')
class StoreSettings {
  @IsString() url!: string;
}

@injectable()
class Store {
  constructor(readonly settings: StoreSettings) {
    throw new Error('the real store must not be constructed');
  }
  read(): string {
    return 'real';
  }
}

@BackgroundDaemon()
class Reader {
  constructor(readonly store: Store) {}
}

@BackgroundDaemon({ interval: '5m', name: 'sync' })
class OrderSync {
  tick(): void {}
  @PeriodicTask({ interval: '1h' })
  compact(): void {}
}

class Pool {}

describe('an override', () => {
  it('is what is injected instead, so that what it replaces needs neither services nor configuration', async () => {
    const fake = { read: () => 'fake' };
    const { listeners, container } = await planOf({
      listeners: [Reader],
      services: [Store],
      overrides: [[Store, fake]],
    });
    expect(listeners.resolve<Reader>('reader').store).toBe(fake);
    expect(container.resolve(Store)).toBe(fake);
  });

  it('may be a class, which is constructed as a singleton with what it injects', async () => {
    @injectable()
    class FakeStore {
      constructor(@inject('answer') readonly answer: string) {}
    }
    const { listeners, container } = await planOf({
      listeners: [Reader],
      services: [Store],
      modules: [new ContainerModule(({ bind }) => void bind('answer').toConstantValue('42'))],
      overrides: [[Store, FakeStore]],
    });
    expect(listeners.resolve<Reader>('reader').store).toBeInstanceOf(FakeStore);
    expect(container.resolve(Store)).toMatchObject({ answer: '42' });
    expect(container.resolve(Store)).toBe(container.resolve(Store));
  });

  it('replaces all bindings of a token by one', async () => {
    const { container } = await planOf({
      modules: [
        new ContainerModule(({ bind }) => {
          bind('part').toConstantValue('a');
          bind('part').toConstantValue('b');
        }),
      ],
      overrides: [['part', 'c']],
    });
    expect(container.container.getAll('part')).toEqual(['c']);
  });

  it('is a value when it is a function that is no class', async () => {
    const send = jest.fn();
    const { container } = await planOf({
      modules: [new ContainerModule(({ bind }) => void bind('send').toConstantValue(() => undefined))],
      overrides: [['send', send]],
    });
    expect(container.container.get('send')).toBe(send);
  });

  it('of a settings class is not validated', async () => {
    @BackgroundDaemon()
    class Configured {
      constructor(readonly settings: StoreSettings) {}
    }
    const settings = { url: 'memory:' };
    const { listeners } = await planOf({ listeners: [Configured], overrides: [[StoreSettings, settings]] });
    expect(listeners.resolve<Configured>('configured').settings).toBe(settings);
  });

  it('of a listener starts under its name, with the tasks whose methods it has', async () => {
    const fake = { tick: jest.fn() };
    const { listeners, daemons, plan } = await planOf({ listeners: [OrderSync], overrides: [[OrderSync, fake]] });
    expect(listeners.resolve('sync')).toBe(fake);
    expect(plan.order).toEqual(['sync']);
    expect(daemons.get('sync')?.tasks.map(({ name }) => name)).toEqual(['tick']);
  });

  it('of a listener by a class keeps its place in the order', async () => {
    @BackgroundDaemon()
    class Other {}
    class FakeSync {
      tick(): void {}
    }
    const { listeners, plan, container } = await planOf({
      listeners: [OrderSync, Other],
      overrides: [[OrderSync, FakeSync]],
    });
    expect(plan.order).toEqual(['sync', 'other']);
    expect(listeners.resolve('sync')).toBeInstanceOf(FakeSync);
    expect(await container.disposeServices()).toEqual([]);
  });

  it('that replaces nothing is a problem', async () => {
    class Pol {}
    expect(await problemOf({ services: [Pool], overrides: [[Pol, {}]] })).toMatchObject({
      code: 'OVERRIDE_UNUSED',
      what: 'The override of "Pol" replaces nothing. Did you mean "Pool"?',
    });
  });

  it('of a settings class that nobody injects is a problem', async () => {
    expect((await problemOf({ overrides: [[StoreSettings, {}]] })).code).toBe('OVERRIDE_UNUSED');
  });

  it('that comes twice is a problem', async () => {
    const problem = await problemOf({
      services: [Pool],
      overrides: [
        [Pool, {}],
        [Pool, {}],
      ],
    });
    expect(problem).toMatchObject({ code: 'OVERRIDE_TWICE', facts: { second: 'overrides[1]' } });
  });
});
