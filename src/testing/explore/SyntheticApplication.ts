import type { MisfirePolicy, OverlapPolicy, ScheduleMode } from '../../contracts/options';
import { BackgroundDaemon, Listener, PeriodicTask } from '../../index';
import type { Class } from '../../container/Class';
import type { HookContext, RunContext, StartupContext, TickContext } from '../../contracts/contexts';
import { createTestApplication } from '../createTestApplication';
import { FOREVER_MS } from '../interception/HookTap';
import type { TestApplication } from '../TestApplication';

/** A task of a {@link SyntheticListener}. Durations are milliseconds. */
export interface SyntheticTask {
  /** The name of the task, and of its method. */
  readonly name: string;
  /** Its interval. */
  readonly interval: number;
  /** Its first due moment after the boot. @defaultValue one interval */
  readonly initialDelay?: number;
  /** Its schedule mode. @defaultValue `'fixed-rate'` */
  readonly mode?: ScheduleMode;
  /** Its overlap policy. @defaultValue `'skip'` */
  readonly overlap?: OverlapPolicy;
  /** Its misfire policy. @defaultValue `'skip'` */
  readonly misfire?: MisfirePolicy;
  /** The sleeps of each run. @defaultValue none: it returns synchronously */
  readonly sleeps?: readonly number[];
  /** Its tickTimeout. @defaultValue 5 minutes */
  readonly tickTimeout?: number;
  /** Its drainTimeout. @defaultValue 0 */
  readonly drainTimeout?: number;
}

/** A listener that only sleeps. Durations are milliseconds. */
export interface SyntheticListener {
  /** The name of the listener. */
  readonly name: string;
  /** True for a `@Listener`: it has no daemon entry, and its failure is fatal. @defaultValue false */
  readonly mount?: boolean;
  /** True if its failed startup aborts the boot. @defaultValue false */
  readonly fatal?: boolean;
  /** Its constructor throws. @defaultValue false */
  readonly unbuildable?: boolean;
  /** Names of its `dependsOn`. @defaultValue `[]` */
  readonly needs?: readonly string[];
  /** Names of its `wants`. @defaultValue `[]` */
  readonly wants?: readonly string[];
  /** True if it is started again 10 ms after it failed or died, and after 40 ms at the latest. @defaultValue false */
  readonly restart?: boolean;
  /** The sleeps of its startup. @defaultValue none: it returns synchronously */
  readonly startup?: readonly number[];
  /** The sleeps of its ready hook. @defaultValue it has none */
  readonly ready?: readonly number[];
  /** The sleeps of its shutdown. @defaultValue none */
  readonly shutdown?: readonly number[];
  /** The sleeps of its run body, which then waits for its signal. @defaultValue it has no run body */
  readonly run?: readonly number[];
  /** The number of disposers that its startup defers. @defaultValue 0 */
  readonly defers?: number;
  /** Its tasks. @defaultValue `[]` */
  readonly tasks?: readonly SyntheticTask[];
  /** Its startupTimeout. @defaultValue 30 s */
  readonly startupTimeout?: number;
  /** Its shutdownTimeout. @defaultValue 10 s */
  readonly shutdownTimeout?: number;
}

/** An application made up for an exploration: its listeners and settings. Durations are milliseconds. */
export interface SyntheticApplication {
  /** The listeners, in the order of registration. */
  readonly listeners: readonly SyntheticListener[];
  /** `startup.concurrency`. @defaultValue 1 */
  readonly concurrency?: number;
  /** `startup.rollbackGrace`. @defaultValue 10 s */
  readonly rollbackGrace?: number;
  /** `shutdown.grace`. @defaultValue 25 s */
  readonly grace?: number;
  /** `shutdown.delay`. @defaultValue 0 */
  readonly delay?: number;
}

const RESTART = { delay: 10, maxDelay: 40, jitter: 0, resetAfter: 1_000 } as const;

/** Keeps every record, since a property may ask for any. */
const EVERY_RECORD = 100_000;

type Method = (context: never) => unknown;

/**
 * Creates the application that `synthetic` describes, with new classes at each call.
 * @param disposed - called by the disposers of each listener, with their number from 1.
 * @throws PlanError
 */
export function createSynthetic(
  synthetic: SyntheticApplication,
  disposed: (listener: string, number: number) => void = () => undefined,
): Promise<TestApplication> {
  const { concurrency, rollbackGrace, grace, delay } = synthetic;
  return createTestApplication({
    settleMs: 1,
    leaks: 'ignore',
    listeners: synthetic.listeners.map((listener) => listenerClass(listener, disposed)),
    config: {
      values: {
        startup: { concurrency, rollbackGrace },
        shutdown: { grace, delay },
        ledger: { runsPerTask: EVERY_RECORD },
        logging: { level: 'error' },
      },
    },
  });
}

function listenerClass(listener: SyntheticListener, disposed: (listener: string, number: number) => void): Class {
  const { name, mount = false, fatal = false, tasks = [] } = listener;
  class Synthetic {
    constructor() {
      if (listener.unbuildable === true) throw new Error(`${name} cannot be built`);
    }
  }
  const methods: Record<string, Method> = {
    startup: (context: StartupContext) => {
      for (let number = 1; number <= (listener.defers ?? 0); number++) {
        context.defer(() => {
          disposed(name, number);
        });
      }
      return sleepAll(context, listener.startup);
    },
    shutdown: (context: HookContext) => sleepAll(context, listener.shutdown),
  };
  if (listener.ready !== undefined) methods['ready'] = (context: HookContext) => sleepAll(context, listener.ready);
  if (listener.run !== undefined) {
    methods['run'] = async (context: RunContext) => {
      await sleepAll(context, listener.run);
      await context.sleep(FOREVER_MS);
    };
  }
  for (const task of tasks) methods[task.name] = (context: TickContext) => sleepAll(context, task.sleeps);
  Object.assign(Synthetic.prototype, methods);

  for (const { name: task, interval, sleeps: _sleeps, ...policy } of tasks) {
    const decorate = PeriodicTask({ name: task, interval, ...policy });
    decorate(Synthetic.prototype, task, { value: methods[task] } as TypedPropertyDescriptor<() => unknown>);
  }
  const options = {
    name,
    dependsOn: listener.needs ?? [],
    wants: listener.wants ?? [],
    startupTimeout: listener.startupTimeout,
    shutdownTimeout: listener.shutdownTimeout,
  };
  if (mount) Listener(options)(Synthetic);
  else {
    const restart = listener.restart === true ? RESTART : 'never';
    BackgroundDaemon({ ...options, restart, fatalOnStartupFailure: fatal })(Synthetic);
  }
  return Synthetic;
}

/** Sleeps one time after the other. Returns no promise when there is none. */
function sleepAll({ sleep }: HookContext, sleeps: readonly number[] = []): void | Promise<void> {
  if (sleeps.length === 0) return;
  return (async () => {
    for (const ms of sleeps) await sleep(ms);
  })();
}
