import { BackgroundDaemon, BootError, Listener, type RunContext } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

class Keys {
  isThere = true;
}

// region fatal
@BackgroundDaemon({ fatalOnStartupFailure: true })
class Vault {
  constructor(private readonly keys: Keys) {}

  startup(): void {
    if (!this.keys.isThere) throw new Error('no key');
  }
}

@BackgroundDaemon({ interval: '1m' })
class Newsletter {
  startup(): void {
    throw new Error('the mail server does not answer');
  }

  tick(): void {}
}

@Listener()
class Api {
  startup(): void {}
}
// endregion fatal

const given = (isThere: boolean) =>
  createTestApplication({
    listeners: [Api, Vault, Newsletter],
    services: [Keys],
    overrides: [[Keys, { isThere }]],
  });

describe('a startup that fails', () => {
  it('aborts the boot where it is fatal, and what had started is stopped again', async () => {
    const app = await given(false);

    // region boot-error
    const error: unknown = await app.start().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BootError);
    expect(error).toMatchObject({ listenerName: 'vault', phase: 'startup', cause: { message: 'no key' } });
    expect(app.journal).toContain('listener.stopped api');
    expect(await app.stop()).toMatchObject({ code: 1 });
    // endregion boot-error
  });

  it('leaves the rest running where it is not', async () => {
    const app = await given(true);
    await app.start();

    // region degraded
    expect(app.status()).toMatchObject({
      state: 'degraded',
      listeners: [
        { name: 'api', state: 'running' },
        { name: 'vault', state: 'running' },
        { name: 'newsletter', state: 'startup_failed', error: { message: 'the mail server does not answer' } },
      ],
    });
    expect(await app.stop()).toMatchObject({ code: 0 });
    // endregion degraded
  });
});

describe('the rule', () => {
  it('asks the flag of the entry, and takes what it does not know as fatal', async () => {
    const app = await given(true);

    // region rule
    const { coordinator } = app;
    expect(coordinator.isStartupFailureFatal('vault')).toBe(true); // its flag
    expect(coordinator.isStartupFailureFatal('newsletter')).toBe(false); // its flag, by default
    expect(coordinator.isStartupFailureFatal('api')).toBe(true); // a @Listener has no entry
    expect(coordinator.isStartupFailureFatal('nobody')).toBe(true); // so has a name that nobody has
    // endregion rule
    await app.stop();
  });
});

// region died
@BackgroundDaemon()
class PriceFeed {
  async run({ sleep }: RunContext): Promise<void> {
    await sleep('1h');
    throw new Error('the feed is closed');
  }
}
// endregion died

describe('a daemon that dies', () => {
  it('leaves the application degraded, unless it is fatal', async () => {
    const app = await createTestApplication({ listeners: [PriceFeed] });
    await app.start();
    await app.clock.advance('1h');
    expect(app.status()).toMatchObject({ state: 'degraded', listeners: [{ name: 'price_feed', state: 'died' }] });

    const fatal = await createTestApplication({
      listeners: [PriceFeed],
      config: { values: { listeners: { price_feed: { fatalOnStartupFailure: true } } } },
    });
    const report = fatal.run();
    await fatal.clock.advance('1h');
    expect(await report).toMatchObject({ code: 1 });
  });
});
