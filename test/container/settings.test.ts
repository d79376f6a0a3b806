import { IsString } from 'class-validator';
import { ContainerModule, injectable } from 'inversify';

import { BackgroundDaemon } from '../../decorators/listeners';
import { Settings } from '../../decorators/settings';
import { planOf, problemOf } from '../planning/support/planOf';

@Settings('store')
class StoreSettings {
  @IsString() url!: string;
}

@injectable()
class Store {
  constructor(readonly settings: StoreSettings) {}
}

@BackgroundDaemon()
class Reader {
  constructor(
    readonly store: Store,
    readonly settings: StoreSettings,
  ) {}
}

const values = { 'store.url': 'memory:' };

describe('a settings class', () => {
  it('is bound to its one validated, frozen instance wherever it is injected, without being given', async () => {
    const { listeners, container } = await planOf({ listeners: [Reader], services: [Store], values });
    const reader = listeners.resolve<Reader>('reader');
    expect(reader.settings).toBeInstanceOf(StoreSettings);
    expect(reader.settings.url).toBe('memory:');
    expect(Object.isFrozen(reader.settings)).toBe(true);
    expect(reader.store.settings).toBe(reader.settings);
    expect(container.resolve(StoreSettings)).toBe(reader.settings);
  });

  it('is validated when a factory declares it, and when it is bound or given as if it were a service', async () => {
    const declared = new ContainerModule(
      ({ bind }) => void bind('url').toResolvedValue((settings: StoreSettings) => settings.url, [StoreSettings]),
    );
    const first = await planOf({ modules: [declared], values });
    expect(first.container.container.get('url')).toBe('memory:');
    const bound = new ContainerModule(({ bind }) => void bind(StoreSettings).toSelf());
    expect((await planOf({ modules: [bound], values })).container.resolve(StoreSettings)).toMatchObject({
      url: 'memory:',
    });
    const given = await planOf({ services: [StoreSettings], values });
    expect(given.container.resolve(StoreSettings)).toMatchObject({ url: 'memory:' });
  });

  it('that the configuration does not satisfy is a problem of the plan', async () => {
    expect((await problemOf({ listeners: [Reader], services: [Store] })).code).toMatch(/^CONFIG_/);
  });

  it('has an instance for each application', async () => {
    const given = { listeners: [Reader], services: [Store] };
    const first = await planOf({ ...given, values: { 'store.url': 'one' } });
    const second = await planOf({ ...given, values: { 'store.url': 'two' } });
    expect(first.listeners.resolve<Reader>('reader').settings.url).toBe('one');
    expect(second.listeners.resolve<Reader>('reader').settings.url).toBe('two');
  });
});
