import { inspect } from 'node:util';

import { ContainerModule, inject } from 'inversify';

import { BackgroundDaemon, Listener, PeriodicTask } from 'daemonry';
import { auto, createTestApplication, explore, stub, type StubMembers } from 'daemonry/testing';

class PaymentClient {
  readonly #key = 'sk_live';
  private readonly currency = 'EUR';

  get balance(): number {
    return this.#key.length;
  }
  async charge(order: string): Promise<string> {
    return Promise.reject(new Error(`no network in a test: ${order} ${this.currency} ${this.#key}`));
  }
  async refund(receipt: string): Promise<void> {
    return Promise.reject(new Error(`no network in a test: ${receipt} ${this.#key}`));
  }
  toString(): string {
    return this.#key;
  }
  dispose(): void {
    throw new Error(`not opened: ${this.#key}`);
  }
}

@BackgroundDaemon({ interval: '5m' })
class Checkout {
  constructor(private readonly payments: PaymentClient) {}

  async tick(): Promise<void> {
    await this.payments.charge('order-1');
  }

  @PeriodicTask({ interval: '1d' })
  async undo(): Promise<void> {
    await this.payments.refund('receipt-1');
  }
}

const given = async (members: StubMembers<PaymentClient>): Promise<PaymentClient> => {
  const app = await createTestApplication({
    listeners: [Checkout],
    services: [PaymentClient],
    overrides: [stub(PaymentClient, members)],
  });
  return app.container.get(PaymentClient);
};

describe('A stub of a service', () => {
  // region stub
  it('has the members that the test gives, and fails by name whoever asks for another', async () => {
    const charge = jest.fn(async () => 'receipt-1');
    const app = await createTestApplication({
      listeners: [Checkout],
      services: [PaymentClient],
      overrides: [stub(PaymentClient, { charge })],
    });
    await app.start();

    expect(await app.tick('checkout')).toMatchObject({ outcome: 'succeeded' });
    expect(charge).toHaveBeenCalledWith('order-1');
    expect(await app.tick('checkout', 'undo')).toMatchObject({ outcome: 'failed', error: { code: 'NOT_STUBBED' } });
  });
  // endregion stub

  it('names the identifier, the member, what is given, and the line that made it', async () => {
    const payments = await given({ charge: async () => 'receipt-1' });

    expect(() => payments.refund('receipt-1')).toThrow(
      expect.objectContaining({
        name: 'NotStubbedError',
        code: 'NOT_STUBBED',
        identifier: 'PaymentClient',
        member: 'refund',
        what: 'The stub of "PaymentClient" was asked for "refund", which the test has not given.',
        facts: { given: 'charge', 'stub made at': expect.stringMatching(/stub\.test\.ts:\d+:\d+$/) as string },
        fix: 'give it: stub(PaymentClient, { refund: … }); undefined, where it is meant to be absent.',
      }) as Error,
    );
    expect(() => payments.balance).toThrow(/asked for "balance"/);
  });

  it('passes for an instance of the class, of which nothing is called', async () => {
    const payments = await given({});

    expect(payments).toBeInstanceOf(PaymentClient);
    expect(payments.constructor).toBe(PaymentClient);
    expect(String(payments)).toBe('[object Object]');
  });

  it('can be awaited, printed, compared and logged like any object', async () => {
    const payments = await given({ balance: 5 });

    expect(await Promise.resolve(payments)).toBe(payments);
    expect(JSON.stringify(payments)).toBe('{"balance":5}');
    expect(inspect(payments)).toContain('balance: 5');
    expect(Object.keys(payments)).toEqual(['balance']);
    expect({ payments }).toEqual({ payments: { balance: 5 } });
    expect({ payments }).toMatchObject({ payments: { balance: 5 } });
    expect(() => expect({ payments }).toEqual({ payments: { balance: 6 } })).toThrow(/\+ +"balance": 5/);
    expect(() => expect([payments]).toStrictEqual([])).toThrow(/PaymentClient \{/);
  });

  it('has a method that is not given, which may be passed on, and fails when it is called', async () => {
    const { refund } = await given({});

    expect(() => refund('receipt-1')).toThrow(expect.objectContaining({ code: 'NOT_STUBBED' }) as Error);
  });

  it('shows what the test changes later, and lets a spy come and go', async () => {
    const members = { balance: 5, charge: async () => 'receipt-1' };
    const payments = await given(members);

    members.balance = 6;
    const spy = jest.spyOn(payments, 'charge').mockResolvedValue('receipt-2');
    expect([payments.balance, await payments.charge('a')]).toEqual([6, 'receipt-2']);
    spy.mockRestore();
    expect(await payments.charge('a')).toBe('receipt-1');
    jest.spyOn(payments, 'refund').mockResolvedValue();
    await expect(payments.refund('receipt-1')).resolves.toBeUndefined();
  });

  it('has undefined for what is given as undefined, and fails inside of the members too', async () => {
    class Options {
      readonly region?: string = 'eu';
      readonly url: string = 'https://partner.example';
      get host(): string {
        return `${this.region}.${this.url}`;
      }
    }
    const [, made] = stub(Options, {
      region: undefined,
      get host(): string {
        return (this as unknown as Options).url;
      },
    });
    const options = made as Options;

    expect(options.region).toBeUndefined();
    expect(() => options.host).toThrow(/asked for "url"/);
  });

  it('may be made of an object with private members of its own, or of a frozen one', async () => {
    class Declining {
      #declined = 0;
      get balance(): number {
        return this.#declined;
      }
      async charge(): Promise<string> {
        return `declined ${++this.#declined}`;
      }
    }
    const declining = await given(new Declining());
    expect([await declining.charge('a'), await declining.charge('b'), declining.balance]).toEqual([
      'declined 1',
      'declined 2',
      2,
    ]);
    expect(() => declining.refund('a')).toThrow(/given: balance, charge/);

    const frozen = await given(Object.freeze({ balance: 5 }));
    expect(frozen.balance).toBe(5);
    expect(frozen).toBeInstanceOf(PaymentClient);
  });
});

describe('A stub', () => {
  abstract class Mailer {
    abstract send(text: string): string;
    abstract verify(): void;
  }
  interface Clock {
    hour(): number;
    zone(): string;
  }
  const CLOCK = Symbol('clock');

  @Listener()
  class Digest {
    constructor(
      private readonly mailer: Mailer,
      @inject(CLOCK) readonly clock: Clock,
      @inject('archive') readonly archive: { keep(text: string): void; drop(): void },
    ) {}
    send(): string {
      this.archive.keep('digest');
      return this.mailer.send(`digest of ${this.clock.hour()}`);
    }
  }

  it('stands for an abstract class, a symbol and a text, also beside automatic fakes', async () => {
    const kept: string[] = [];
    const app = await createTestApplication({
      listeners: [Digest],
      modules: [
        new ContainerModule(({ bind }) => {
          bind(Mailer).toConstantValue({ send: () => '', verify: () => undefined });
          bind(CLOCK).toConstantValue({});
          bind('archive').toConstantValue({});
        }),
      ],
      overrides: auto([
        stub(Mailer, { send: (text) => `sent ${text}` }),
        stub<Clock>(CLOCK, { hour: () => 7 }),
        stub<Digest['archive']>('archive', { keep: (text) => void kept.push(text) }),
      ]),
    });
    const digest = app.listeners.resolve<Digest>('digest');

    expect(digest.send()).toBe('sent digest of 7');
    expect(kept).toEqual(['digest']);
    expect(app.container.get<Mailer>(Mailer)).toBeInstanceOf(Mailer);
    expect(() => digest.clock.zone()).toThrow(/The stub of "clock" was asked for "zone"/);
    expect(() => digest.archive.drop()).toThrow(/The stub of "archive" was asked for "drop"/);
  });

  it('of a listener is started, ticked and stopped by the framework, which misses no hook of it', async () => {
    @BackgroundDaemon({ interval: '5m' })
    class SlackClient {
      startup(): void {
        throw new Error('no token in a test');
      }
      tick(): void {
        throw new Error('no token in a test');
      }
      @PeriodicTask({ interval: '1h' })
      refresh(): void {
        throw new Error('no token in a test');
      }
      post(text: string): string {
        throw new Error(`not posted in a test: ${text}`);
      }
      react(): void {}
    }
    const refreshed: number[] = [];
    const app = await createTestApplication({
      listeners: [SlackClient],
      overrides: [stub(SlackClient, { post: (text) => text, refresh: () => void refreshed.push(1) })],
    });
    await app.start();
    await app.clock.advance('1h');

    const slack = app.container.get(SlackClient);
    expect(refreshed).toEqual([1]);
    expect(slack.post('a')).toBe('a');
    expect(() => slack.react()).toThrow(/asked for "react"/);
    expect(await app.health()).toMatchObject({ ready: true });
    expect(await app.stop()).toMatchObject({ code: 0 });
  });

  it('is disposed of as what the test owns: not at all', async () => {
    const app = await createTestApplication({
      listeners: [Checkout],
      services: [PaymentClient],
      overrides: [stub(PaymentClient, { charge: async () => 'receipt-1' })],
    });
    await app.start();
    await app.tick('checkout');

    expect(await app.stop()).toMatchObject({ code: 0 });
    expect(app.logs.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });

  it('can be a dependency that `explore` makes fail', async () => {
    const report = await explore(
      () =>
        createTestApplication({
          listeners: [Checkout],
          services: [PaymentClient],
          overrides: [stub(PaymentClient, { charge: async () => 'receipt-1' })],
        }),
      () => true,
      { runs: 20, dependencies: [PaymentClient] },
    );

    expect(report.interrupted).toBe(false);
  });
});
