/** What must compile, and under the strictest options. */
import {
  Available,
  BackgroundDaemon,
  DaemonryError,
  Listener,
  Nested,
  PeriodicTask,
  Secret,
  Settings,
  defineModule,
  type ApplicationOptions,
  type Availability,
  type Duration,
  type HealthAnswer,
  type HealthContext,
  type LogSink,
  type OnHealth,
  type OnReady,
  type OnRun,
  type OnShutdown,
  type OnStartup,
  type OnTick,
  type Plugin,
  type ReadyContext,
  type RunContext,
  type ShutdownContext,
  type StartupContext,
  type TickContext,
} from 'daemonry';
import { ContainerModule } from 'inversify';
import type { Logger } from 'winston';

export class Store {}
export abstract class Mailer {
  abstract send(text: string): Promise<void>;
}

@Settings('orders')
export class OrderSettings {
  batch = 100;

  @Secret()
  token = '';

  @Nested(() => Store)
  store = new Store();
}

@BackgroundDaemon()
export class WithoutHooks {}

@BackgroundDaemon({})
export class WithoutHooksButOthers {
  readonly count = 1;
  help(): void {}
}

@BackgroundDaemon({ interval: 10 })
export class ZeroArguments {
  startup(): void {}
  ready(): void {}
  async run(): Promise<void> {}
  tick(): void {}
  health(): HealthAnswer {
    return 'up';
  }
  shutdown(): void {}
}

@BackgroundDaemon({
  name: 'everything',
  interval: '5m',
  mode: 'fixed-delay',
  initialDelay: 0,
  jitter: '10%',
  overlap: 'queue-one',
  misfire: 'run-once',
  tickTimeout: '30s',
  drainTimeout: 500,
  fatalOnStartupFailure: true,
  startupTimeout: '1m',
  shutdownTimeout: '5s',
  dependsOn: [Store, Mailer, 'database'],
  wants: [ZeroArguments, 'cache'],
  tags: ['mail'],
})
export class Everything implements OnStartup, OnReady, OnRun, OnTick, OnHealth, OnShutdown {
  @Available(Mailer) private readonly mailer!: Availability<Mailer>;

  constructor(
    private readonly store: Store,
    protected readonly settings: OrderSettings,
    @Available(ZeroArguments) private readonly other: Availability<ZeroArguments>,
  ) {}

  async startup({ signal, log, defer, disable, fail, sleep, clock, name, requestShutdown }: StartupContext) {
    defer(() => log.info('released', { at: clock.now() }));
    defer(async () => sleep('1s'));
    if (signal.aborted) disable(`${name} is not wanted`);
    if (this.settings.batch === 0) fail(new Error('empty'));
    requestShutdown('done');
    await sleep(10);
  }

  ready({ log }: ReadyContext): void {
    log.debug('ready', { store: this.store });
  }

  async run({ signal, sleep, fail }: RunContext): Promise<void> {
    while (!signal.aborted) await sleep('1s');
    fail(signal.reason);
  }

  async tick({ signal, runId, tickId, scheduledAt, startedAt, trigger, task, commit }: TickContext) {
    const count: number = commit(() => 1);
    const later: Promise<string> = commit(async () => `${runId} ${tickId} ${task} ${trigger} ${count}`);
    if (!signal.aborted && startedAt > scheduledAt) await later;
  }

  health(_context: HealthContext): HealthAnswer {
    const other = this.other.current();
    switch (other.state) {
      case 'ready':
        return other.instance.health();
      case 'disabled':
        return { status: 'down', details: { reason: other.reason } };
      case 'restarting':
        return { status: 'down', details: { at: other.restartAt.toISOString(), error: other.error.message } };
      case 'failed':
        return { status: 'down', details: { error: other.error.message } };
      case 'stopped':
        return 'down';
    }
  }

  async shutdown({ reason, signal }: ShutdownContext) {
    const mailer = this.mailer.current();
    if (mailer.state === 'ready' && !signal.aborted) await mailer.instance.send(reason);
  }

  @PeriodicTask({ interval: '1h' })
  async compact({ signal }: TickContext): Promise<number> {
    return signal.aborted ? 0 : 1;
  }

  @PeriodicTask({ cron: '0 3 * * *', timeZone: 'Europe/Berlin', name: 'nightly' })
  clean(): void {}

  @PeriodicTask()
  byHand(): void {}
}

@BackgroundDaemon({ cron: '*/5 * * * *', timeZone: 'UTC' })
export class OnCron extends ZeroArguments {}

@BackgroundDaemon({ interval: '1h' })
export class Overriding extends Everything {
  override ready(): void {}

  @PeriodicTask({ interval: '2h' })
  override async compact(): Promise<number> {
    return 2;
  }
}

// An event-driven daemon may have a tick, which runs when it is triggered, and policies for its tasks.
@BackgroundDaemon({ tickTimeout: '1m', overlap: 'allow' })
export class Triggered {
  tick(): void {}
}

@BackgroundDaemon()
export abstract class AbstractDaemon {
  abstract startup(): Promise<void>;
}

@Listener()
export class Mount {
  async startup(_context: StartupContext): Promise<void> {}
}

@Listener({ name: 'mount', startupTimeout: 100, shutdownTimeout: '1s', dependsOn: [Mount], wants: ['x'] })
export class OtherMount {}

// A class whose consumers it does not know.
export class Cache<T extends object> {
  constructor(readonly source: Availability<T>) {}

  read(): T | undefined {
    const source = this.source.current();
    return source.state === 'ready' ? source.instance : undefined;
  }
}

export const durations: readonly Duration[] = [0, 1.5, '250ms', '30s', '5m', '1h', '30d', '1.5h'];

/** An application's winston logger is a sink as it is. */
export const asSink = (logger: Logger): LogSink => logger;

/** An error of the user's own, with a code of its own. */
export class LedgerClosedError extends DaemonryError<'LEDGER_CLOSED'> {
  constructor(
    readonly year: number,
    cause?: unknown,
  ) {
    super('LEDGER_CLOSED', {
      what: `The ledger of ${year} is closed.`,
      facts: { year },
      fix: 'book it in the next year.',
      cause,
    });
  }
}
export const codeOf = (error: LedgerClosedError): 'LEDGER_CLOSED' => error.code;
export const anyCodeOf = (error: DaemonryError): string => error.code;
export const asAnyError: DaemonryError = new LedgerClosedError(2025);

export const nightlyModule = defineModule('nightly', { bind: ({ bind }) => void bind(Cache).toSelf() });
export const reportModule = defineModule('report', { needs: [nightlyModule], bind: async () => Promise.resolve() });
export const withModules: ApplicationOptions = {
  name: 'modules',
  modules: [reportModule, new ContainerModule(() => undefined)],
};

/** A plugin, with everything that it may register. */
export const plugin: Plugin = {
  name: 'marvin',
  async register({
    settings,
    registerBackgroundDaemon,
    registerListener,
    registerModule,
    registerIdentityProvider,
    on,
  }) {
    const { level } = settings(PluginSettings);
    registerBackgroundDaemon({
      name: 'moods',
      startup: ({ defer }) => {
        defer(() => undefined);
      },
      run: async ({ sleep }) => sleep('1h'),
      health: () => 'up',
      periodicTasks: [
        { interval: level, tick: async ({ commit }) => commit(() => undefined) },
        { name: 'nightly', cron: '0 3 * * *', timeZone: 'Europe/Berlin', tick: () => undefined },
      ],
      shutdownTimeout: '5s',
      fatalOnStartupFailure: true,
    });
    registerListener(Cache);
    registerModule(new ContainerModule(() => undefined));
    registerIdentityProvider(async ({ signal }) => (signal.aborted ? undefined : { name: 'Marvin', prompt: 'Sigh.' }));
    on('run.finished', async ({ record }) => {
      await Promise.resolve(record.outcome);
    });
  },
};

class PluginSettings {
  level = 1_000;
}

export const applications: readonly ApplicationOptions['plugins'][] = [
  ['marvin', plugin],
  { from: '/app', enabled: [plugin], disabled: ['eddie'], paths: ['plugins/x'], onFailure: 'abort' },
  { from: false },
];
