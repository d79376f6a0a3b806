import {
  BackgroundDaemon,
  Clock,
  Listener,
  type HealthAnswer,
  type OnHealth,
  type OnRun,
  type OnShutdown,
  type OnStartup,
  type OnTick,
  PeriodicTask,
  type RunContext,
  type ShutdownContext,
  sleep,
  type StartupContext,
  type TickContext,
  withDeadline,
} from 'daemonry';
import { createTestApplication, override } from 'daemonry/testing';
import { injectable } from 'inversify';

interface Connection {
  fetch(signal: AbortSignal): Promise<readonly string[]>;
  isOpen: boolean;
  close(): Promise<void>;
}

class Mailbox {
  hasAccount = true;
  readonly connection: Connection = {
    isOpen: true,
    fetch: async () => ['order 1'],
    close: async () => {
      this.connection.isOpen = false;
    },
  };

  async connect(_signal: AbortSignal): Promise<Connection> {
    return this.connection;
  }
}

class OrderStore {
  readonly kept: string[] = [];
  readonly ticks = new Set<string>();

  /** All or nothing; nothing when the tick is known already. */
  keep(orders: readonly string[], tickId: string): void {
    if (this.ticks.has(tickId)) return;
    this.ticks.add(tickId);
    this.kept.push(...orders);
  }
}

// region daemon
@BackgroundDaemon({ interval: '5m', startupTimeout: '10s' })
class OrderMail implements OnStartup, OnTick, OnHealth, OnShutdown {
  #connection: Connection | undefined;

  constructor(
    private readonly mailbox: Mailbox,
    private readonly orders: OrderStore,
  ) {}

  async startup({ signal, defer, disable }: StartupContext): Promise<void> {
    if (!this.mailbox.hasAccount) return disable('no mail account is configured');
    const connection = await this.mailbox.connect(signal);
    defer(() => connection.close());
    this.#connection = connection;
  }

  async tick({ signal, tickId, commit, log }: TickContext): Promise<void> {
    const found = (await this.#connection?.fetch(signal)) ?? [];
    commit(() => this.orders.keep(found, tickId));
    log.info('read the mail', { orders: found.length });
  }

  @PeriodicTask({ cron: '0 3 * * *' })
  forget(): void {
    this.orders.ticks.clear();
  }

  health(): HealthAnswer {
    return this.#connection?.isOpen === true ? 'up' : { status: 'down', details: { mailbox: 'closed' } };
  }

  shutdown({ reason, log }: ShutdownContext): void {
    log.info('reading no more mail', { reason });
  }
}
// endregion daemon

describe('a daemon', () => {
  const given = () => createTestApplication({ listeners: [OrderMail], services: [Mailbox, OrderStore] });

  it('starts, ticks, answers for its health and stops, and what it deferred is released last', async () => {
    const app = await given();
    await app.start();
    await app.tick('order_mail');
    const mailbox = app.container.get(Mailbox);

    expect(app.container.get(OrderStore).kept).toEqual(['order 1']);
    expect(await app.health()).toMatchObject({ ready: true });
    mailbox.connection.isOpen = false;
    await app.clock.advance('2s');
    expect(await app.health()).toMatchObject({ ready: false });
    mailbox.connection.isOpen = true;
    await app.stop();
    expect(mailbox.connection.isOpen).toBe(false);
  });

  it('is switched off, which is no failure, where it cannot do its work', async () => {
    const mailbox = Object.assign(new Mailbox(), { hasAccount: false });
    const app = await createTestApplication({
      listeners: [OrderMail],
      services: [Mailbox, OrderStore],
      overrides: [override(Mailbox, mailbox)],
    });
    await app.start();

    expect(app.status()).toMatchObject({ state: 'running' });
    expect(app.status().listeners[0]).toMatchObject({
      state: 'disabled',
      disabledReason: 'no mail account is configured',
    });
  });

  it('is one object, whoever asks for it', async () => {
    const app = await given();
    // region one-shape
    const mail = app.container.get(OrderMail);
    expect(app.listeners.resolve('order_mail')).toBe(mail);
    expect(app.daemons.resolve('order_mail')).toBe(mail);
    // endregion one-shape
  });
});

class Messages {
  readonly handled: string[] = [];
  /** Ends the subscription with an error. */
  lose: (error: Error) => void = () => undefined;

  async *subscribe(signal: AbortSignal): AsyncGenerator<string> {
    yield 'first';
    await new Promise((resolve, reject) => {
      signal.addEventListener('abort', resolve, { once: true });
      this.lose = reject;
    });
  }
}

// region run
@BackgroundDaemon({ fatalOnStartupFailure: true })
class Inbox implements OnRun {
  constructor(private readonly messages: Messages) {}

  async run({ signal }: RunContext): Promise<void> {
    for await (const message of this.messages.subscribe(signal)) this.messages.handled.push(message);
  }
}
// endregion run

describe('a daemon with a run body', () => {
  it('runs until the stop aborts it', async () => {
    const app = await createTestApplication({ listeners: [Inbox], services: [Messages] });
    await app.start();
    await app.clock.advance('1m');

    expect(app.container.get(Messages).handled).toEqual(['first']);
    expect(await app.stop()).toMatchObject({ code: 0 });
  });

  it('has died when its body ends, and takes the application along when it is fatal', async () => {
    const app = await createTestApplication({ listeners: [Inbox], services: [Messages] });
    const report = app.run();
    await app.untilStarted('inbox');
    app.container.get(Messages).lose(new Error('the connection is lost'));
    await app.clock.advance('1m');

    expect(await report).toMatchObject({ code: 1 });
  });
});

class PaymentApi {
  readonly charged = new Map<string, number>();

  /** A second call with one key does nothing. */
  async charge(key: string, _signal: AbortSignal): Promise<void> {
    this.charged.set(key, (this.charged.get(key) ?? 0) + 1);
  }
}

// region idempotent
@BackgroundDaemon({ cron: '0 6 * * *', misfire: 'run-once', tickTimeout: '1m' })
class DailyFees {
  constructor(private readonly payments: PaymentApi) {}

  async tick({ tickId, signal }: TickContext): Promise<void> {
    await this.payments.charge(tickId, signal);
  }
}
// endregion idempotent

// region listener
@Listener({ startupTimeout: '5s' })
class Gate {
  startup(): void {
    // A @Listener has no schedule, and the application does not start without it.
  }
}
// endregion listener

describe('a tick', () => {
  it('has the due moment as its key', async () => {
    const app = await createTestApplication({
      listeners: [DailyFees, Gate],
      services: [PaymentApi],
      now: '2026-01-01T00:00:00Z',
    });
    await app.start();
    await app.clock.advance('1d');

    expect([...app.container.get(PaymentApi).charged.keys()]).toEqual(['daily_fees.tick@2026-01-01T06:00:00.000Z']);
    expect(app.coordinator.isStartupFailureFatal('gate')).toBe(true);
  });
});

class ParcelApi {
  asked = 0;

  /** Does not answer the first time. */
  async find(_order: string, _signal: AbortSignal): Promise<string> {
    this.asked += 1;
    return this.asked === 1 ? new Promise(() => undefined) : 'on its way';
  }
}

// region waiting
@injectable()
class Parcels {
  constructor(
    private readonly api: ParcelApi,
    private readonly clock: Clock,
  ) {}

  async find(order: string, signal?: AbortSignal): Promise<string> {
    const options = { clock: this.clock, signal, owner: `The parcel of ${order}` };
    const ask = () => withDeadline('5s', (limit) => this.api.find(order, limit), options);
    try {
      return await ask();
    } catch {
      await sleep('30s', options);
      return ask();
    }
  }
}
// endregion waiting

describe('a service that waits', () => {
  it('follows the clock of the test', async () => {
    const app = await createTestApplication({ listeners: [Gate], services: [ParcelApi, Parcels] });
    const finding = app.container.get(Parcels).find('order 1');
    await app.clock.advance('35s');

    await expect(finding).resolves.toBe('on its way');
  });

  it('ends with the signal of its caller', async () => {
    const app = await createTestApplication({ listeners: [Gate], services: [ParcelApi, Parcels] });
    const controller = new AbortController();
    const finding = app.container.get(Parcels).find('order 1', controller.signal);
    controller.abort(new Error('the caller has gone'));

    await expect(finding).rejects.toThrow('the caller has gone');
  });
});
