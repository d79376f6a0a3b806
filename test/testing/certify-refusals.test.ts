import { BackgroundDaemon, Clock, type StartupContext, type TickContext } from '../../src';
import { openTimer, openTimers, refusals, Store } from './certifyRefusals';

afterEach(() => {
  for (const timer of openTimers.splice(0)) clearInterval(timer);
});

describe('a daemon is refused that', () => {
  it('fails to shut down', async () => {
    @BackgroundDaemon()
    class Stubborn {
      shutdown(): void {
        throw new Error('I stay');
      }
    }

    const refused = await refusals(Stubborn);

    expect(Object.keys(refused)).toEqual(['stops']);
    expect(refused.stops).toContain('I stay');
    expect(refused.stops).toContain('correct its `shutdown`');
  });

  it('does not start', async () => {
    @BackgroundDaemon()
    class Broken {
      startup(): void {
        throw new Error('no such table');
      }
    }

    const refused = await refusals(Broken);

    expect(Object.keys(refused)).toEqual(['stops']);
    expect(refused.stops).toContain('no such table');
  });

  it('keeps state beyond its application', async () => {
    let hasStarted = false;
    @BackgroundDaemon()
    class Once {
      startup(): void {
        if (hasStarted) throw new Error('it has started before');
        hasStarted = true;
      }
    }

    const refused = await refusals(Once);

    expect(Object.keys(refused)).toEqual(['again']);
    expect(refused.again).toContain('it has started before');
    expect(refused.again).toContain('keep state in the instance');
  });

  it('does not pass its signal to what its startup waits for', async () => {
    @BackgroundDaemon()
    class Deaf {
      constructor(private readonly store: Store) {}
      async startup(): Promise<void> {
        await this.store.load();
      }
    }

    const refused = await refusals(Deaf, { services: [Store] });

    expect(Object.keys(refused)).toEqual(['abort', 'startupTimeout']);
    expect(refused.abort).toContain('Store.load');
    expect(refused.abort).toContain('signal');
    expect(refused.startupTimeout).toContain('startupTimeout');
  });

  it('acquires in its startup what nobody releases when the startup is cut short', async () => {
    @BackgroundDaemon()
    class Careless {
      constructor(private readonly store: Store) {}
      async startup({ signal }: StartupContext): Promise<void> {
        openTimer();
        await this.store.load(signal);
      }
      shutdown(): void {
        for (const timer of openTimers.splice(0)) clearInterval(timer);
      }
    }

    const refused = await refusals(Careless, { services: [Store] });

    expect(Object.keys(refused)).toEqual(['cutShort']);
    expect(refused.cutShort).toContain('careless.startup: timer');
    expect(refused.cutShort).toContain('defer');
  });

  it('does not pass its signal to what its tick waits for', async () => {
    @BackgroundDaemon({ interval: '1m' })
    class Deaf {
      constructor(private readonly store: Store) {}
      async tick(): Promise<void> {
        await this.store.load();
      }
    }

    const refused = await refusals(Deaf, { services: [Store] });

    expect(Object.keys(refused)).toEqual(['tickTimeout']);
    expect(refused.tickTimeout).toContain('deaf.tick goes on');
  });

  it('does not pass its signal to what its shutdown waits for', async () => {
    @BackgroundDaemon()
    class Deaf {
      constructor(private readonly store: Store) {}
      async shutdown(): Promise<void> {
        await this.store.load();
      }
    }

    expect(Object.keys(await refusals(Deaf, { services: [Store] }))).toEqual(['shutdownTimeout']);
  });

  it('has a task that never ends', async () => {
    @BackgroundDaemon({ interval: '1m', tickTimeout: '5s' })
    class Endless {
      async tick(): Promise<void> {
        await new Promise(() => undefined);
      }
    }

    const refused = await refusals(Endless);

    // It obeys no signal either, and its runs are in flight when the application stops.
    expect(Object.keys(refused)).toEqual(['tickTimeout', 'recorded']);
    expect(refused.recorded).toContain('timed_out');
  });

  it('allows overlap and does not stand it', async () => {
    @BackgroundDaemon({ interval: '1m', overlap: 'allow' })
    class Single {
      #isBusy = false;
      constructor(private readonly store: Store) {}
      async tick({ signal }: TickContext): Promise<void> {
        if (this.#isBusy) throw new Error('busy');
        this.#isBusy = true;
        try {
          await this.store.load(signal);
        } finally {
          this.#isBusy = false;
        }
      }
    }

    const refused = await refusals(Single, { services: [Store] });

    expect(Object.keys(refused)).toEqual(['overlap']);
    expect(refused.overlap).toContain('busy');
    expect(refused.overlap).toContain("declare overlap 'skip'");
  });

  it('reads the message of whatever is thrown', async () => {
    @BackgroundDaemon({ interval: '1m' })
    class Trusting {
      constructor(private readonly store: Store) {}
      async tick({ signal }: TickContext): Promise<void> {
        try {
          await this.store.load(signal);
        } catch (error) {
          throw new Error((error as Error).message.toUpperCase(), { cause: error });
        }
      }
    }

    const refused = await refusals(Trusting, { services: [Store] });

    expect(Object.keys(refused)).toEqual(['noError']);
    expect(refused.noError).toContain('TypeError');
  });

  it('leaves a timer open', async () => {
    @BackgroundDaemon({ interval: '1m' })
    class Leaky {
      tick(): void {
        openTimer();
      }
    }

    const refused = await refusals(Leaky);

    expect(Object.keys(refused)).toEqual(['open']);
    expect(refused.open).toContain('leaky.tick: timer');
  });

  it('leaves a listener of the process behind', async () => {
    @BackgroundDaemon()
    class Listening {
      startup(): void {
        process.on('SIGUSR2', () => undefined);
      }
    }

    const refused = await refusals(Listening);
    process.removeAllListeners('SIGUSR2');

    expect(Object.keys(refused)).toContain('open');
  });

  it('lets a promise reject that nobody awaits', async () => {
    @BackgroundDaemon({ interval: '1m' })
    class Floating {
      tick(): void {
        void Promise.reject(new Error('lost on the way'));
      }
    }

    const refused = await refusals(Floating);

    expect(Object.keys(refused)).toEqual(['open']);
    expect(refused.open).toContain('lost on the way');
  });

  it('goes on after its shutdown', async () => {
    @BackgroundDaemon()
    class Undead {
      constructor(
        private readonly store: Store,
        private readonly clock: Clock,
      ) {}
      startup(): void {
        this.#haunt();
      }
      #haunt(): void {
        this.clock.at(this.clock.now() + 60_000, () => {
          void this.store.load();
          this.#haunt();
        });
      }
    }

    const refused = await refusals(Undead, { services: [Store] });

    expect(Object.keys(refused)).toEqual(['quiet']);
    expect(refused.quiet).toContain('Store.load');
  });

  it('does harm when it is started twice, only if it is to be defensive', async () => {
    @BackgroundDaemon()
    class Fragile {
      #timer: NodeJS.Timeout | undefined;
      startup(): void {
        this.#timer = setInterval(() => undefined, 60_000);
        openTimers.push(this.#timer);
      }
      shutdown(): void {
        clearInterval(this.#timer);
      }
    }

    const refused = await refusals(Fragile, { defensive: true });

    expect(Object.keys(refused)).toEqual(['twice']);
    expect(refused.twice).toContain('fragile.startup: timer');
    expect(await refusals(Fragile)).toEqual({});
  });

  it('throws when it is shut down without a startup, only if it is to be defensive', async () => {
    @BackgroundDaemon()
    class Trusting {
      #handle: { close(): void } | undefined;
      startup(): void {
        this.#handle = { close: () => undefined };
      }
      shutdown(): void {
        (this.#handle as { close(): void }).close();
      }
    }

    expect(Object.keys(await refusals(Trusting, { defensive: true }))).toEqual(['alone']);
    expect(await refusals(Trusting)).toEqual({});
  });
});
