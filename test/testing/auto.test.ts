import { inject, injectable, optional } from 'inversify';

import { BackgroundDaemon, createApplication, Listener, PeriodicTask, Settings } from 'daemonry';
import { auto, createTestApplication, override } from 'daemonry/testing';

@injectable()
class OrderApi {
  readonly #address = 'https://partner.example';
  async pull(): Promise<number> {
    return Promise.reject(new Error(`no network in a test: ${this.#address}`));
  }
}

abstract class Mailer {
  abstract send(to: string, text: string): Promise<void>;
}

@BackgroundDaemon({ fatalOnStartupFailure: true })
class SlackClient {
  startup(): void {
    throw new Error('no token in a test');
  }
  @PeriodicTask({ interval: '1h' })
  refresh(): void {
    throw new Error('no token in a test');
  }
  post(text: string): string {
    throw new Error(`not posted in a test: ${text}`);
  }
}

@Settings('sync')
class SyncSettings {
  readonly recipient: string = 'ops@example.org';
}

@BackgroundDaemon({ interval: '5m' })
class OrderSync {
  constructor(
    private readonly api: OrderApi,
    private readonly mailer: Mailer,
    private readonly slack: SlackClient,
    private readonly settings: SyncSettings,
    @inject('announce') private readonly announce: (text: string) => void,
    @inject('extra') @optional() private readonly extra?: object,
  ) {}

  async tick(): Promise<void> {
    const orders = await this.api.pull();
    await this.mailer.send(this.settings.recipient, String(orders));
    this.slack.post(`${orders} orders`);
    this.announce(this.extra === undefined ? 'alone' : 'with more');
  }
}

describe('Automatic fakes', () => {
  it('stand for all that is injected and bound nowhere: classes, abstract classes, listeners and functions', async () => {
    const app = await createTestApplication({ listeners: [OrderSync], overrides: auto() });
    await app.start();

    expect(await app.tick('order_sync')).toMatchObject({ outcome: 'succeeded' });
    const mailer = app.container.get<Mailer>(Mailer);
    expect(mailer).toBeInstanceOf(Mailer);
    expect(mailer.send.bind(mailer)).not.toThrow();
  });

  // region auto
  it('are mocks of the test runner, which a test can ask and teach', async () => {
    const app = await createTestApplication({ listeners: [OrderSync], overrides: auto() });
    await app.start();
    jest.spyOn(app.container.get(OrderApi), 'pull').mockResolvedValue(7);

    await app.tick('order_sync');

    expect(jest.mocked(app.container.get<Mailer>(Mailer)).send.mock.calls).toEqual([['ops@example.org', '7']]);
    expect(jest.mocked(app.container.get(SlackClient)).post.mock.calls).toEqual([['7 orders']]);
    expect(app.container.get<jest.Mock>('announce').mock.calls).toEqual([['alone']]);
  });
  // endregion auto

  it('leave alone what is bound, and stand beside overrides', async () => {
    const sent: string[] = [];
    const app = await createTestApplication({
      listeners: [OrderSync],
      services: [OrderApi],
      overrides: auto([override(OrderApi, { pull: async () => 3 })], (id) =>
        id === Mailer ? { send: async (to: string) => void sent.push(to) } : undefined,
      ),
    });
    await app.start();

    expect(await app.tick('order_sync')).toMatchObject({ outcome: 'succeeded' });
    expect(sent).toEqual(['ops@example.org']);
  });

  it('are no excuse for an override that replaces nothing', async () => {
    await expect(
      createTestApplication({ listeners: [OrderSync], overrides: auto([override(Map, new Map())]) }),
    ).rejects.toMatchObject({ problems: [{ code: 'OVERRIDE_UNUSED' }] });
  });

  it('are of tests only: an application says what is missing', async () => {
    await expect(
      createApplication({ name: 'shop', listeners: [OrderSync], config: { directory: false, env: false } }),
    ).rejects.toMatchObject({ code: 'PLAN_INVALID' });
  });
});

describe('A fake of a listener', () => {
  @Listener()
  class Digest {
    constructor(private readonly slack: SlackClient) {}
    send(): string {
      return this.slack.post('digest');
    }
  }

  it('needs neither its hooks nor its tasks, and starts as a listener all the same', async () => {
    const posted: string[] = [];
    const app = await createTestApplication({
      listeners: [SlackClient, Digest],
      overrides: [override(SlackClient, { post: (text) => `${posted.push(text)}` })],
    });
    await app.start();
    await app.clock.advance('2h');

    expect(app.listeners.resolve<Digest>('digest').send()).toBe('1');
    expect(posted).toEqual(['digest']);
    expect(app.status().listeners).toMatchObject([{ name: 'slack_client', state: 'running' }, { name: 'digest' }]);
    expect(app.runs('slack_client')).toEqual([]);
  });
});
