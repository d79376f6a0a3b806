import { ContainerModule, injectable } from 'inversify';
import { IsString } from 'class-validator';

import { BackgroundDaemon, Listener, PeriodicTask } from '../../decorators/listeners';
import { Secret, Settings } from '../../decorators/settings';
import { isDaemon } from '../../src/contracts/ListenerDefinition';
import { containing, matching, planOf } from './support/planOf';

@Settings('store')
class StoreSettings {
  @IsString() url = 'memory:';
  @IsString() @Secret() password!: string;
}

@Listener()
class Database {
  constructor(readonly settings: StoreSettings) {}
}

@injectable()
class OrderStore {
  constructor(readonly database: Database) {}
}

@BackgroundDaemon({ interval: '5m', jitter: '10%', fatalOnStartupFailure: true, startupTimeout: '1m', tags: ['mail'] })
class OrderSync {
  constructor(readonly store: OrderStore) {}
  tick(): void {}
  @PeriodicTask({ cron: '0 * * * *', overlap: 'queue-one' })
  compact(): void {}
  @PeriodicTask({ interval: '1s', initialDelay: 0 })
  poll(): void {}
}

const given = {
  listeners: [OrderSync, Database],
  services: [OrderStore],
  values: { 'store.password': 'hunter2', 'listeners.order_sync.tickTimeout': '1m' },
};

describe('the definitions', () => {
  it('are the frozen objects of both registries, in start order', async () => {
    const { definitions, listeners, daemons } = await planOf(given);
    expect(definitions.map(({ name }) => name)).toEqual(['database', 'order_sync']);
    for (const definition of definitions) {
      expect(listeners.get(definition.name)).toBe(definition);
      expect(Object.isFrozen(definition)).toBe(true);
      expect(daemons.get(definition.name)).toBe(isDaemon(definition) ? definition : undefined);
    }
    expect(daemons.has('database')).toBe(false);
    expect(definitions[1]).toMatchObject({
      fatalOnStartupFailure: true,
      startupTimeout: 60_000,
      shutdownTimeout: 10_000,
      source: matching(/^OrderSync \(.*bootPlan\.test\.ts:\d+:\d+\)$/),
    });
  });
});

describe('the plan', () => {
  it('is plain JSON', async () => {
    const { plan } = await planOf(given);
    const copy = JSON.parse(JSON.stringify(plan)) as object;
    expect({ ...plan }).toEqual(copy);
    expect(Object.keys(copy)).toEqual([
      'name',
      'order',
      'listeners',
      'modules',
      'plugins',
      'warnings',
      'intents',
      'values',
    ]);
  });

  it('tells of each listener why it is fatal, and of each task when it is due next', async () => {
    const { plan } = await planOf(given);
    expect(plan.listeners).toMatchObject([
      {
        name: 'database',
        kind: 'listener',
        className: 'Database',
        fatalOnStartupFailure: true,
        fatalBecause: 'no entry',
      },
      {
        name: 'order_sync',
        kind: 'daemon',
        fatalOnStartupFailure: true,
        fatalBecause: 'flag',
        startupTimeoutMs: 60_000,
        edges: [{ on: 'database', kind: 'constructor', path: ['OrderSync', 'OrderStore', 'Database'] }],
        origins: { startupTimeout: 'decorator', shutdownTimeout: 'default' },
        tasks: [
          {
            name: 'tick',
            schedule: 'every 5m',
            jitter: '10%',
            tickTimeoutMs: 60_000,
            origins: { tickTimeout: 'values', interval: 'decorator' },
            nextDue: ['2026-01-05T12:05:00.000Z', '2026-01-05T12:10:00.000Z', '2026-01-05T12:15:00.000Z'],
          },
          {
            name: 'compact',
            schedule: 'cron 0 * * * * (UTC)',
            overlap: 'queue-one',
            nextDue: ['2026-01-05T13:00:00.000Z', '2026-01-05T14:00:00.000Z', '2026-01-05T15:00:00.000Z'],
          },
          {
            name: 'poll',
            nextDue: ['2026-01-05T12:00:00.000Z', '2026-01-05T12:00:01.000Z', '2026-01-05T12:00:02.000Z'],
          },
        ],
      },
    ]);
  });

  it('holds every value with its origin, and no secret', async () => {
    const { plan } = await planOf(given);
    expect(plan.values).toContainEqual({ path: 'store.password', value: '[redacted]', origin: 'values' });
    expect(plan.values).toContainEqual({ path: 'shutdown.grace', value: '25s', origin: 'default' });
    expect(JSON.stringify(plan)).not.toContain('hunter2');
    expect(plan.toText()).not.toContain('hunter2');
  });

  it('reads as a text', async () => {
    const { plan } = await planOf(given);
    expect(String(plan)).toBe(plan.toText());
    const lines = plan.toText().split('\n');
    expect(lines.slice(0, 9)).toEqual([
      'Plan of "test": 2 listeners, 3 tasks',
      '',
      'Start order',
      '  1. database    listener  fatal (no entry)',
      '  2. order_sync  daemon    fatal (flag, decorator)  startup ≤ 1m, tags mail (decorator)',
      '         after database (constructor: OrderSync -> OrderStore -> Database)',
      '         tick     every 5m, jitter 10% (decorator), run ≤ 1m (values)           next 2026-01-05T12:05:00.000Z, 2026-01-05T12:10:00.000Z, 2026-01-05T12:15:00.000Z',
      '         compact  cron 0 * * * * (UTC), jitter 10%, overlap queue-one (decorator), run ≤ 1m (values)  next 2026-01-05T13:00:00.000Z, 2026-01-05T14:00:00.000Z, 2026-01-05T15:00:00.000Z',
      '         poll     every 1s, jitter 10% (decorator), run ≤ 1m (values)           next 2026-01-05T12:00:00.000Z, 2026-01-05T12:00:01.000Z, 2026-01-05T12:00:02.000Z',
    ]);
    expect(lines).toContainEqual(matching(/^ {2}store\.password +\[redacted\] +\(values\)$/));
  });

  it('has one line for each value, whatever is in it', async () => {
    const values = { 'plugins.identityFile': 'me.md\nlogging.level  debug  (default)' };
    const { plan } = await planOf({ values });
    const lines = plan.toText().split('\n');
    expect(lines).toContainEqual(
      matching(/^ {2}plugins\.identityFile +"me\.md\\nlogging\.level {2}debug {2}\(default\)" +\(values\)$/),
    );
  });

  it('of nothing is a plan too', async () => {
    const { plan, definitions } = await planOf({});
    expect(definitions).toEqual([]);
    expect(plan.toText()).toMatch(/^Plan of "test": 0 listeners, 0 tasks\n\nValues\n/);
  });
});

describe('warnings', () => {
  const warningsOf = async (application: Parameters<typeof planOf>[0]): Promise<string[]> =>
    (await planOf(application)).plan.warnings.map(({ code, message }) => `${code}: ${message}`);

  it('are none for an application that is in order', async () => {
    @BackgroundDaemon({ interval: '59m' })
    class Calm {
      startup(): void {}
      tick(): void {}
      read(): void {}
    }
    expect(await warningsOf({ listeners: [Calm] })).toEqual([]);
  });

  it.each([
    [{ interval: '1h' }, 1],
    [{ interval: '1h', misfire: 'run-once' }, 0],
    [{ interval: '1d', initialDelay: '59m' }, 0],
    [{ interval: '1d', initialDelay: '1h' }, 1],
    [{ interval: '1m', initialDelay: '1d' }, 1],
    [{ cron: '0 3 * * *' }, 1],
    [{ cron: '0 * * * *' }, 0],
  ] as const)('LONG_INTERVAL_SKIP: %p', async (options, count) => {
    @BackgroundDaemon(options)
    class Rare {
      tick(): void {}
    }
    const warnings = await warningsOf({ listeners: [Rare] });
    expect(warnings.filter((warning) => warning.startsWith('LONG_INTERVAL_SKIP: "rare.tick"'))).toHaveLength(count);
  });

  it('UNSCHEDULED_TICK, unless the configuration says that it is meant', async () => {
    @BackgroundDaemon()
    class Idle {
      tick(): void {}
    }
    @Listener()
    class Mount {
      tick(): void {}
    }
    expect(await warningsOf({ listeners: [Idle, Mount] })).toEqual([
      matching(/^UNSCHEDULED_TICK: "idle" has a tick that nothing schedules/),
      matching(/^UNSCHEDULED_TICK: "mount" has a tick, and is a @Listener/),
    ]);
    expect(await warningsOf({ listeners: [Idle], values: { 'listeners.idle.interval': 'off' } })).toEqual([]);
  });

  it('SHUTDOWN_OVER_GRACE counts what somebody has set, not the defaults', async () => {
    const many = Array.from({ length: 5 }, (_, index) => {
      const target = { [`D${index}`]: class {} }[`D${index}`] as new () => object;
      BackgroundDaemon()(target);
      return target;
    });
    expect(await warningsOf({ listeners: many })).toEqual([]);
    const values = { 'listeners.d0.shutdownTimeout': '20s', 'listeners.d1.shutdownTimeout': '6s' };
    expect(await warningsOf({ listeners: many, values })).toEqual([
      'SHUTDOWN_OVER_GRACE: The shutdown timeouts that are set add up to 26s (d0 20s, d1 6s), and shutdown.grace is 25s: what comes last may be cut.',
    ]);
    expect(await warningsOf({ listeners: many, values: { ...values, 'shutdown.grace': '30s' } })).toEqual([]);
  });

  it.each([
    ['start', 'startup'],
    ['onStartup', 'startup'],
    ['shutDown', 'shutdown'],
    ['stop', 'shutdown'],
    ['onTick', 'tick'],
    ['healthCheck', 'health'],
  ])('SUSPICIOUS_HOOK: %s for %s', async (method, hook) => {
    const target = { Misspelt: class {} }.Misspelt;
    Object.defineProperty(target.prototype, method, { value: () => undefined, configurable: true });
    BackgroundDaemon()(target);
    expect(await warningsOf({ listeners: [target] })).toEqual([
      containing(`has a method "${method}" and no "${hook}"`),
    ]);
    Object.defineProperty(target.prototype, hook, { value: () => undefined });
    expect((await warningsOf({ listeners: [target] })).join()).not.toContain('SUSPICIOUS_HOOK');
  });

  it('CAPTIVE_DEPENDENCY of a singleton that keeps a transient service', async () => {
    @injectable('Transient')
    class Cart {}
    @injectable()
    class Shop {
      constructor(readonly cart: Cart) {}
    }
    @BackgroundDaemon()
    class Seller {
      constructor(readonly shop: Shop) {}
    }
    expect(await warningsOf({ listeners: [Seller], services: [Shop, Cart] })).toEqual([
      matching(/^CAPTIVE_DEPENDENCY: "Shop" is a singleton and keeps the one "Cart"/),
    ]);
    expect(await warningsOf({ services: [Shop, Cart] })).toEqual([]);
  });

  it('OPAQUE_FACTORY of a function that a listener reaches', async () => {
    @injectable()
    class Client {}
    @BackgroundDaemon()
    class Caller {
      constructor(readonly client: Client) {}
    }
    const dynamic = new ContainerModule(({ bind }) => void bind(Client).toDynamicValue(() => new Client()));
    expect(await warningsOf({ listeners: [Caller], modules: [dynamic] })).toEqual([
      containing('"Client" (modules[0]) is made by a function'),
    ]);
    expect(await warningsOf({ modules: [dynamic] })).toEqual([]);
    const declared = new ContainerModule(({ bind }) => void bind(Client).toResolvedValue(() => new Client(), []));
    expect(await warningsOf({ listeners: [Caller], modules: [declared] })).toEqual([]);
  });

  it('UNDECORATED_SUBCLASS of a listener that a module binds', async () => {
    @BackgroundDaemon()
    class Base {}
    class Sub extends Base {}
    const bound = new ContainerModule(({ bind }) => void bind(Sub).toSelf());
    expect(await warningsOf({ modules: [bound] })).toEqual([
      matching(/^UNDECORATED_SUBCLASS: "Sub" \(modules\[0\]\) extends the listener "Base"/),
    ]);
  });
});
