import {
  Application,
  BackgroundDaemon,
  type OnShutdown,
  type OnStartup,
  type OnTick,
  type ShutdownContext,
  type StartupContext,
  type TickContext,
} from '../../src';
import {
  createTestApplication,
  explore,
  type ExploredRun,
  replay,
  type Script,
  synthetic,
  type TestApplication,
} from '../../src/testing';
import { rejectionOf } from '../support/givenListener';

class Store {
  saved = 0;
  async save(): Promise<void> {
    this.saved++;
  }
}

@BackgroundDaemon({ fatalOnStartupFailure: true })
class Database implements OnStartup, OnShutdown {
  async startup({ sleep }: StartupContext): Promise<void> {
    await sleep('1s');
  }
  async shutdown(): Promise<void> {}
}

@BackgroundDaemon({ interval: '1m', dependsOn: [Database] })
class OrderSync implements OnTick {
  constructor(private readonly store: Store) {}
  async tick({ sleep }: TickContext): Promise<void> {
    await sleep('5s');
    await this.store.save();
  }
}

const given = (): Promise<TestApplication> =>
  createTestApplication({ listeners: [Database, OrderSync], services: [Store], leaks: 'ignore' });

const always = (): boolean => true;

// Each test runs dozens of applications, which take their time on a busy machine.
jest.setTimeout(30_000);

describe('explore', () => {
  it('refuses an application that it has explored already, and one that has started', async () => {
    const app = await given();
    await expect(explore(() => app, always, { runs: 5 })).rejects.toThrow(/is stopped: .* a fresh one at each call/);

    const started = await given();
    const starting = rejectionOf(started.start());
    await expect(explore(() => started, always)).rejects.toThrow(/is starting: .* a fresh one at each call/);
    await started.bringToEnd('the test is over');
    await starting;
  });

  it.each([{ runs: Number.NaN }, { runs: -1 }, { runs: 1.5 }, { seed: Number.NaN }])(
    'refuses to draw %j, which would be no schedule',
    async (options) => {
      await expect(explore(given, always, options)).rejects.toThrow(RangeError);
    },
  );

  it('injects a failure, a hang, a crash and a stop at each await, before it draws schedules', async () => {
    const injected = new Set<string>();

    const report = await explore(
      given,
      (run) => {
        for (const { fault } of run.injected) {
          if (run.script.faults.length === 1) injected.add(`${fault.at} ${fault.await} ${fault.do}`);
        }
      },
      { runs: 10, dependencies: [Store] },
    );

    const points = ['database.startup 0', 'database.startup 1', 'database.startup 2', 'database.shutdown 0'];
    const ticks = [0, 1, 2, 3].map((number) => `order_sync.tick ${number}`);
    for (const point of [...points, 'database.shutdown 1', ...ticks]) {
      for (const kind of ['fail', 'hang', 'crash', 'stop']) expect(injected).toContain(`${point} ${kind}`);
    }
    expect(report).toEqual({ schedules: expect.any(Number) as number, seed: 1, interrupted: false });
    expect(report.schedules).toBeGreaterThanOrEqual(9 * 4 + 10);
  });

  it('finds what fails, and shrinks it to the smallest schedule, which replay runs again', async () => {
    const neverDegraded = (run: ExploredRun): void => {
      if (run.report?.degraded === true) throw new Error('it is degraded');
    };

    const found: { message: string } = await explore(synthetic(), neverDegraded, { seed: 7 }).then(
      () => ({ message: 'nothing' }),
      (error: { message: string }) => error,
    );

    expect(found).toMatchObject({ code: 'EXPLORATION_FAILED', seed: 7 });
    expect(found.message).toContain('The property does not hold: it is degraded');
    expect(found.message).toContain('listener a');
    expect(found.message).toContain('application.degraded');
    const script = JSON.parse(/^\{"application".*$/m.exec(found.message)?.[0] ?? '') as Script;
    expect(script.application?.listeners.length).toBeLessThanOrEqual(2);
    expect(script.faults.length + script.actions.length).toBeLessThanOrEqual(2);
    await expect(replay(synthetic(), neverDegraded, script)).rejects.toThrow('it is degraded');
  });

  it('goes to a failing schedule at once by its seed and path', async () => {
    let runs = 0;
    const fails = (run: ExploredRun): boolean => {
      runs++;
      return run.report?.code === 0;
    };
    const { path } = await explore(synthetic(), fails, { seed: 3 }).then(
      () => ({ path: '' }),
      (error: { path: string }) => error,
    );
    runs = 0;

    await expect(explore(synthetic(), fails, { seed: 3, path })).rejects.toThrow('the property returned false');
    expect(runs).toBeLessThan(30);
  });

  it('does the same for the same seed', async () => {
    const tracesOf = async (seed: number): Promise<string[]> => {
      const traces: string[] = [];
      await explore(synthetic(), (run) => void traces.push(...run.trace), { runs: 30, seed });
      return traces;
    };

    const first = await tracesOf(11);

    expect(await tracesOf(11)).toEqual(first);
    expect(await tracesOf(12)).not.toEqual(first);
  });

  it('does not begin another schedule once its real time is over, and says so', async () => {
    const report = await explore(synthetic(), always, { runs: 1_000_000, timeLimit: '200ms' });

    expect(report.interrupted).toBe(true);
    expect(report.schedules).toBeLessThan(1_000_000);
  });

  it('fails when the application does not exit', async () => {
    @BackgroundDaemon()
    class Slow {
      async shutdown({ sleep }: ShutdownContext): Promise<void> {
        await sleep('9s');
      }
    }

    await expect(
      explore(() => createTestApplication({ listeners: [Slow] }), always, { runs: 1, exitWithin: '5s' }),
    ).rejects.toThrow('did not exit within 5000 ms');
  });

  it('explores an application whose listeners know it', async () => {
    @BackgroundDaemon({ interval: '10s' })
    class Finite {
      #runs = 0;
      constructor(private readonly app: Application) {}
      tick(): void {
        if (++this.#runs === 2) this.app.requestShutdown('done');
      }
    }

    const report = await explore(() => createTestApplication({ listeners: [Finite] }), always, { runs: 20 });

    expect(report.interrupted).toBe(false);
  });
});

describe('replay', () => {
  const calm: Script = { faults: [], actions: [{ do: 'wait', after: 130_000 }] };

  it('resolves with what happened, in virtual time', async () => {
    const run = await replay(given, always, calm);

    expect(run.report?.code).toBe(0);
    expect(run.boot).toBe('started');
    expect(run.runs('order_sync')).toHaveLength(2);
    expect(run.calls.map(({ listener, hook }) => `${listener}.${hook}`)).toEqual([
      'database.startup',
      'order_sync.tick',
      'order_sync.tick',
      'database.shutdown',
    ]);
    expect(run.trace).toContain('+61000 ms  run.started order_sync.tick');
  });

  it.each([
    ['fail', { outcome: 'failed' }],
    ['fail-oddly', { outcome: 'failed' }],
    ['hang', { outcome: 'cancelled' }],
    ['hang-deaf', { outcome: 'cancelled' }],
    ['delay', { outcome: 'succeeded' }],
    ['delay-deaf', { outcome: 'succeeded' }],
    ['yield', { outcome: 'succeeded' }],
  ] as const)('injects a %s into a dependency of a tick', async (kind, expected) => {
    const fault = { at: 'order_sync.tick', call: 1, await: 2, do: kind };

    const run = await replay(given, always, { ...calm, faults: [fault] }, { dependencies: [Store] });

    expect(run.injected).toHaveLength(1);
    expect(run.runs('order_sync')[0]).toMatchObject(expected);
  });

  it('crashes the application with code 1', async () => {
    const script: Script = { ...calm, faults: [{ at: 'database.startup', await: 1, do: 'crash' }] };

    const run = await replay(given, always, script);

    expect(run.report).toMatchObject({ code: 1, error: { message: 'injected at database.startup, await 1' } });
  });

  it('acts within an event, and some microtasks later', async () => {
    const script: Script = { faults: [], actions: [{ do: 'stop', onEvent: 2, turns: 1 }] };

    const run = await replay(given, always, script);

    expect(run.boot).toBe('rejected');
    expect(run.bootError).toMatchObject({ code: 'BOOT_CANCELLED' });
  });

  it('triggers, pauses and resumes', async () => {
    const order = { listener: 'order_sync' };
    const script: Script = {
      faults: [],
      actions: [
        { do: 'wait', after: 2_000 },
        { do: 'pause', ...order },
        { do: 'trigger', ...order },
        { do: 'wait', after: 60_000 },
        { do: 'resume', ...order },
        { do: 'wait', after: 70_000 },
      ],
    };

    const run = await replay(given, always, script);

    expect(run.triggered).toEqual([expect.objectContaining({ outcome: 'succeeded', trigger: 'manual' })]);
    expect(run.runs('order_sync').map(({ outcome, reason }) => reason ?? outcome)).toEqual([
      'succeeded',
      'paused',
      'succeeded',
    ]);
  });

  it('refuses a script without an application when it is given none', async () => {
    await expect(replay(synthetic(), always, calm)).rejects.toThrow('needs one to run on');
  });
});
