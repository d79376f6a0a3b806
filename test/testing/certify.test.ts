import {
  BackgroundDaemon,
  PeriodicTask,
  type RunContext,
  type ShutdownContext,
  type StartupContext,
  type TickContext,
} from '../../src';
import { certify, certifyReport } from '../../src/testing/certify/certify';
import { override } from '../../src/testing';

class OrderStore {
  orders = 0;
  async connect(_signal: AbortSignal): Promise<void> {}
  async sync({ signal: _signal }: { signal: AbortSignal }): Promise<void> {
    this.orders++;
  }
  async close(_signal: AbortSignal): Promise<void> {}
  count(): number {
    return this.orders;
  }
}

@BackgroundDaemon({ interval: '5m' })
class OrderSync {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly orders: OrderStore) {}

  async startup({ signal, defer }: StartupContext): Promise<void> {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => undefined, 60_000);
    defer(() => {
      clearInterval(this.#timer);
    });
    await this.orders.connect(signal);
  }

  async tick({ signal, log }: TickContext): Promise<void> {
    await this.orders.sync({ signal });
    log.debug('synced', { orders: this.orders.count() });
  }

  async shutdown({ signal }: ShutdownContext): Promise<void> {
    await this.orders.close(signal);
  }

  @PeriodicTask({ interval: '1h', overlap: 'allow' })
  async compact({ sleep }: TickContext): Promise<void> {
    await sleep('10s');
  }
}

@BackgroundDaemon()
class Listening {
  async run({ sleep }: RunContext): Promise<void> {
    for (;;) await sleep('1m');
  }
}

@BackgroundDaemon({ interval: '1s', overlap: 'queue-one', fatalOnStartupFailure: true })
class Plain {
  ticks = 0;
  tick(): void {
    this.ticks++;
  }
}

certify(OrderSync, { services: [OrderStore], defensive: true });
certify(Listening);
certify(Plain, { defensive: true });

describe('certifyReport', () => {
  it('says which clauses concern the daemon, and that it keeps them', async () => {
    const report = await certifyReport(OrderSync, { services: [OrderStore], defensive: true });

    expect(report.clauses.filter(({ passed }) => !passed)).toEqual([]);
    expect(report).toMatchObject({ daemon: 'OrderSync', passed: true });
    expect(report.clauses.map(({ name }) => name)).toEqual([
      'starts, and stops with code 0',
      'starts again after a stop, in a new application',
      'gives up its startup when the application stops',
      'leaves nothing behind when it is stopped during its startup',
      'gives up its startup at its startupTimeout',
      'gives up each tick at its tickTimeout',
      'gives up its shutdown at its shutdownTimeout',
      'can have each task triggered, and it succeeds or fails in time',
      'stands its declared overlap',
      'survives dependencies that throw what is no Error',
      'leaves no timer, socket or listener open, and no rejection unhandled',
      'does nothing after it has stopped',
      'survives a second startup',
      'survives a shutdown without a startup',
    ]);
  });

  it('asks only what concerns the daemon', async () => {
    const report = await certifyReport(Listening);

    expect(report.clauses.map(({ name }) => name)).toEqual([
      'starts, and stops with code 0',
      'starts again after a stop, in a new application',
      'leaves no timer, socket or listener open, and no rejection unhandled',
      'does nothing after it has stopped',
    ]);
  });

  it.each([
    ['in its first tick', 1],
    ['in its second tick', 2],
    ['in its third tick', 3],
  ])('certifies a daemon that stops the application %s, and has another task', async (_, last) => {
    @BackgroundDaemon({ interval: '1m', overlap: 'queue-one' })
    class OneShot {
      ticks = 0;

      async tick({ requestShutdown, sleep }: TickContext): Promise<void> {
        await sleep('1s');
        if (++this.ticks === last) requestShutdown('all is done');
      }

      @PeriodicTask({ interval: '1h' })
      report(): void {
        this.ticks += 0;
      }
    }

    const report = await certifyReport(OneShot);

    expect(report.clauses.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('certifies beside replaced services, other listeners and a configuration', async () => {
    @BackgroundDaemon({ name: 'other' })
    class Other {}
    @BackgroundDaemon({ dependsOn: [Other] })
    class Needy {
      constructor(private readonly orders: OrderStore) {}
      async startup({ signal }: StartupContext): Promise<void> {
        await this.orders.connect(signal);
      }
    }
    const fake = Object.freeze({ orders: 1, connect: async () => undefined });

    const report = await certifyReport(Needy, {
      listeners: [Other],
      services: [OrderStore],
      overrides: [override(OrderStore, fake as never)],
      config: { values: { listeners: { needy: { startupTimeout: '2s' } } } },
    });

    expect(report.clauses.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('rejects with the plan error when the application around the daemon is wrong', async () => {
    const report = await certifyReport(OrderSync);

    expect(report.passed).toBe(false);
    expect(report.clauses[0]?.error).toMatchObject({ code: 'PLAN_INVALID' });
  });
});

describe('certify without a test runner', () => {
  it('says what to use instead', () => {
    const runner = globalThis as { describe?: unknown };
    const declared = runner.describe;
    try {
      delete runner.describe;
      expect(() => certify(Plain)).toThrow('use certifyReport() instead');
    } finally {
      runner.describe = declared;
    }
  });
});
