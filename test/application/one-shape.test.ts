import { ContainerModule, inject } from 'inversify';

import {
  Application,
  ApplicationEvents,
  Available,
  type Availability,
  BackgroundDaemon,
  Clock,
  defineModule,
  Listener,
  ListenerLogger,
  RunLedger,
} from '../../src';
import { createTestApplication, override } from '../../src/testing';
import { givenListener, rejectionOf } from '../support/givenListener';

describe('one shape', () => {
  @BackgroundDaemon()
  class Store {}

  @BackgroundDaemon()
  class Consumer {
    constructor(readonly store: Store) {}
  }

  it('is the same object through both registries, the container and every consumer', async () => {
    const app = await createTestApplication({ listeners: [Consumer, Store] });
    await app.start();
    const store = app.container.get(Store);
    expect(app.listeners.resolve('store')).toBe(store);
    expect(app.daemons.resolve('store')).toBe(store);
    expect(app.container.get(Consumer).store).toBe(store);
    expect(app.availability('store').current()).toEqual({ state: 'ready', instance: store });
  });

  it('shares nothing between two applications', async () => {
    const apps = await Promise.all([1, 2].map(() => createTestApplication({ listeners: [Store] })));
    await Promise.all(apps.map((app) => app.start()));
    expect(apps[0]?.container.get(Store)).not.toBe(apps[1]?.container.get(Store));
    await apps[0]?.stop();
    expect(apps[1]?.status().state).toBe('running');
  });

  it('constructs nothing before the start, and each listener just before its own startup', async () => {
    const journal: string[] = [];
    const made = (name: string): new () => object => {
      @BackgroundDaemon({ name })
      class Made {
        constructor() {
          journal.push(`${name} constructed`);
        }
        startup(): void {
          journal.push(`${name} started`);
        }
      }
      return Made;
    };
    const app = await createTestApplication({ listeners: [made('a'), made('b')] });
    expect(app.plan.order).toEqual(['a', 'b']);
    expect(journal).toEqual([]);
    await app.start();
    expect(journal).toEqual(['a constructed', 'a started', 'b constructed', 'b started']);
  });

  it('holds mounts in one registry and daemons in both, frozen', async () => {
    const app = await createTestApplication({ listeners: [Store, givenListener([], 'web', { mount: true })] });
    expect(app.listeners.list().map(({ name }) => name)).toEqual(['store', 'web']);
    expect(app.daemons.list().map(({ name }) => name)).toEqual(['store']);
    expect(app.daemons.get('store')).toBe(app.listeners.get('store'));
    expect(Object.isFrozen(app.daemons.get('store'))).toBe(true);
    expect(app.daemons.get('nobody')).toBeUndefined();
    expect(() => app.listeners.resolve('stor')).toThrow(/Did you mean "store"/);
  });
});

describe('the fatal rule', () => {
  it('takes the flag of an entry; without an entry, and for a name nobody knows, a failure is fatal', async () => {
    const app = await createTestApplication({
      listeners: [
        givenListener([], 'soft'),
        givenListener([], 'hard', { fatal: true }),
        givenListener([], 'web', { mount: true }),
      ],
    });
    expect(['soft', 'hard', 'web', 'nobody'].map((name) => app.coordinator.isStartupFailureFatal(name))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it('counts a look-up that throws as fatal, with a warning', async () => {
    const app = await createTestApplication({ listeners: [givenListener([], 'soft')] });
    jest.spyOn(app.daemons, 'get').mockImplementation(() => {
      throw new Error('registry on fire');
    });
    expect(app.coordinator.isStartupFailureFatal('soft')).toBe(true);
    expect(app.logs.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });
});

describe('injection by type', () => {
  it('gives the application, its clock, events, ledger and the logger of the asking class', async () => {
    @BackgroundDaemon({ name: 'asker' })
    class Asker {
      constructor(
        readonly app: Application,
        readonly clock: Clock,
        readonly events: ApplicationEvents,
        readonly ledger: RunLedger,
        readonly log: ListenerLogger,
      ) {}
      startup(): void {
        this.log.info('hello');
      }
    }
    const app = await createTestApplication({ listeners: [Asker] });
    await app.start();
    const asker = app.container.get(Asker);
    expect(asker.app).toBe(app);
    expect(asker.clock).toBe(app.clock);
    expect(asker.events).toBe(app.events);
    expect(asker.ledger.runs('asker')).toEqual([]);
    expect(app.logs).toContainEqual(expect.objectContaining({ message: 'hello', listener: 'asker' }));
  });
});

describe('availability', () => {
  it('is never a half-started instance: ready, disabled, failed or stopped', async () => {
    @BackgroundDaemon()
    class Slack {
      startup({ disable }: { disable(reason: string): void }): void {
        disable('no token');
      }
    }
    @BackgroundDaemon()
    class Mail {
      startup(): void {
        throw new Error('refused');
      }
    }
    @BackgroundDaemon()
    class Disk {}
    @BackgroundDaemon()
    class Notifier {
      constructor(
        @Available(Slack) readonly slack: Availability<Slack>,
        @Available(Mail) readonly mail: Availability<Mail>,
        @Available(Disk) readonly disk: Availability<Disk>,
      ) {}
    }
    const app = await createTestApplication({ listeners: [Notifier, Slack, Mail, Disk] });
    expect(app.availability('disk').current()).toEqual({ state: 'stopped' });
    await app.start();
    const notifier = app.container.get(Notifier);
    expect(notifier.slack.current()).toEqual({ state: 'disabled', reason: 'no token' });
    expect(notifier.mail.current()).toMatchObject({ state: 'failed', error: { message: 'refused' } });
    expect(notifier.disk.current()).toEqual({ state: 'ready', instance: app.container.get(Disk) });
    expect(app.status().listeners.at(-1)?.name).toBe('notifier');
    await app.stop();
    expect(notifier.disk.current()).toEqual({ state: 'stopped' });
  });
});

describe('an available listener that is not part of the application', () => {
  @BackgroundDaemon()
  class Slack {}
  @BackgroundDaemon()
  class Notifier {
    constructor(@Available(Slack) readonly slack: Availability<Slack>) {}
  }

  it('counts as disabled, with a warning in the plan', async () => {
    const app = await createTestApplication({ listeners: [Notifier] });
    await app.start();
    expect(app.container.get(Notifier).slack.current()).toEqual({
      state: 'disabled',
      reason: 'slack is not part of this application',
    });
    expect(app.plan.warnings).toMatchObject([{ code: 'ABSENT_LISTENER' }]);
  });

  it('counts as disabled without a warning where a module uses it, which says by its `needs` what it cannot do without', async () => {
    const notifying = defineModule('notifying', { bind: ({ bind }) => void bind(Notifier).toSelf() });
    const app = await createTestApplication({ modules: [notifying] });
    await app.start();
    expect(app.container.get(Notifier).slack.current()).toMatchObject({ state: 'disabled' });
    expect(app.plan.warnings).toEqual([]);
  });
});

describe('an available listener behind an abstract class', () => {
  abstract class Messenger {}
  @BackgroundDaemon()
  class Slack extends Messenger {}
  @BackgroundDaemon()
  class Notifier {
    constructor(@Available(Messenger) readonly messenger: Availability<Messenger>) {}
  }

  it('is found through the alias', async () => {
    const alias = new ContainerModule(({ bind }) => {
      bind(Messenger).toService(Slack);
    });
    const app = await createTestApplication({ listeners: [Notifier, Slack], modules: [alias] });
    await app.start();
    expect(app.container.get(Notifier).messenger.current()).toMatchObject({ state: 'ready' });
    expect(app.plan.order).toEqual(['slack', 'notifier']);
  });
});

describe('overrides', () => {
  class Store {
    load(): string {
      return 'real';
    }
  }
  @BackgroundDaemon()
  class Reader {
    constructor(readonly store: Store) {}
  }

  it('replace a service before anything is constructed', async () => {
    const fake = { load: () => 'fake' };
    const app = await createTestApplication({
      listeners: [Reader],
      services: [Store],
      overrides: [override(Store, fake)],
    });
    await app.start();
    expect(app.container.get(Reader).store).toBe(fake);
  });

  it('may be tuples, and are refused when they replace nothing', async () => {
    class Other {}
    const error = await rejectionOf(
      createTestApplication({ listeners: [Reader], services: [Store], overrides: [[Other, new Other()]] }),
    );
    expect(error).toMatchObject({ code: 'PLAN_INVALID', problems: [{ code: 'OVERRIDE_UNUSED' }] });
  });
});

describe('a property that is injected', () => {
  it('orders like a constructor parameter', async () => {
    @BackgroundDaemon()
    class Db {}
    @Listener()
    class Api {
      @inject(Db) readonly db!: Db;
    }
    const app = await createTestApplication({ listeners: [Api, Db] });
    expect(app.plan.order).toEqual(['db', 'api']);
    await app.start();
    expect(app.container.get(Api).db).toBe(app.container.get(Db));
  });
});
