import type { ServiceIdentifier } from 'inversify';

import type { Class } from '../../container/Class';
import type { ClockTimer } from '../../contracts/Clock';
import type { Duration } from '../../contracts/Duration';
import type { PeriodicTaskSpec } from '../../contracts/entries';
import type { ExitReport } from '../../contracts/ExitReport';
import type { RunRecord } from '../../contracts/RunRecord';
import { serializeError, toError } from '../../errors/serializeError';
import { durationMs } from '../../time/duration';
import { nextTurn } from '../clock/realTime';
import { createTestApplication, type TestApplicationOptions } from '../createTestApplication';
import type { Override } from '../override';
import { FOREVER_MS, HookTap, TAPPED_HOOKS, type TappedCall } from '../interception/HookTap';
import { describeLeak } from '../leaks/LeakWatch';
import { session } from '../session/session';
import type { TestApplication } from '../TestApplication';

/** Options of `certify` and `certifyReport`: the application around the daemon, and what is asked of it. */
export interface CertifyOptions extends Pick<TestApplicationOptions, 'services' | 'modules' | 'config' | 'settleMs'> {
  /** Listeners that the daemon needs. @defaultValue `[]` */
  readonly listeners?: readonly Class[];
  /** Bindings to replace in each application that is made. @defaultValue `[]` */
  readonly overrides?: readonly Override[];
  /**
   * Services that the daemon waits for. Their calls are made to hang, to take long and to fail; a call that hangs
   * rejects as soon as an `AbortSignal` among its arguments, or in the `signal` of one, aborts.
   * @defaultValue the identifiers of `services` and `overrides`
   */
  readonly dependencies?: readonly ServiceIdentifier[];
  /** Also asks that a second startup, and a shutdown without a startup, do no harm. @defaultValue false */
  readonly defensive?: boolean;
  /** Virtual time in which a hook must settle after its signal has aborted. @defaultValue `'1s'` */
  readonly within?: Duration;
}

/** The behaviour of the daemon's dependencies, or of its awaits. */
export type Weather =
  /** Undisturbed. */
  | 'calm'
  /** A call to a dependency waits until a signal among its arguments aborts. */
  | 'hung'
  /** Each await takes this many milliseconds longer, unless its signal aborts. */
  | { readonly slow: number }
  /** A call to a dependency rejects with this text. */
  | { readonly throws: string };

/** A call of one of the daemon's hooks. */
export interface TrialCall extends TappedCall {
  /** Counts the calls of this hook, from 1. */
  readonly number: number;
  /** True once the call has settled. */
  ended: boolean;
  outcome?: 'resolved' | 'rejected';
  /** The error of a rejected call. */
  error?: unknown;
}

/** Longer than any boot or stop that ends. */
export const END = '1d';

/** One application around the daemon that is certified, and a record of what the daemon did in it. */
export class Trial {
  readonly app: TestApplication;
  /** The name of the daemon. */
  readonly name: string;
  /** The engine's calls of the daemon's hooks and tasks, in the order they began. */
  readonly calls: TrialCall[] = [];
  /** Calls of dependencies, such as `OrderStore.save`, in order. */
  readonly uses: string[] = [];
  /** Calls of the daemon's hooks and task methods, whoever made them: the engine, or the daemon itself. */
  readonly entered: string[] = [];
  /** The behaviour of its dependencies, which a clause may change at any moment. */
  weather: Weather = 'calm';
  /** Hooks that are left out. */
  readonly omitted = new Set<string>();
  /** Virtual time, in milliseconds, in which a hook must settle after its signal has aborted. */
  readonly within: number;
  /** The exit report, once the application has exited. */
  report: ExitReport | undefined;
  readonly #tap: HookTap<TrialCall>;

  private constructor(app: TestApplication, subject: Class, { within = '1s', ...options }: CertifyOptions) {
    this.app = app;
    this.within = durationMs(within);
    const entry = app.listeners.list().find(({ id }) => id === subject);
    if (entry === undefined) throw new TypeError(`${subject.name} is no listener of its application`);
    this.name = entry.name;
    this.#tap = new HookTap<TrialCall>(app, options.dependencies ?? dependenciesOf(options), {
      began: (listener, hook, context) => {
        const number = this.callsOf(hook).length + 1;
        const call: TrialCall = { listener, hook, context, number, ended: false };
        if (listener === this.name) this.calls.push(call);
        return call;
      },
      reached: (call, where, args) => (call.listener === this.name ? this.#meet(call, where, args) : undefined),
      ended: (call, outcome, error) => {
        Object.assign(call, { ended: true, outcome, error });
      },
      omits: (call) => this.omitted.has(call.hook),
      used: (where) => {
        this.uses.push(where);
      },
    });
    app.container.onActivation<object>(entry.id, (_, instance) => this.#countCalls(instance));
  }

  /** Calls `work` with a fresh application, and stops that application however `work` settles. */
  static async with<T>(subject: Class, options: CertifyOptions, work: (trial: Trial) => Promise<T>): Promise<T> {
    const { services = [], modules = [], overrides = [], config, listeners = [], settleMs } = options;
    const app = await createTestApplication({
      listeners: [...listeners, subject],
      services,
      modules,
      overrides,
      config,
      settleMs,
    });
    const trial = new Trial(app, subject, options);
    const before = processListeners();
    try {
      return await work(trial);
    } finally {
      await trial.end();
      session.forget(app);
      // Listeners that the daemon has left on the process would be found again by the clauses that follow.
      for (const [event, listeners] of processListeners()) {
        for (const listener of listeners) {
          if (before.get(event)?.includes(listener) !== true) process.off(event, listener as () => void);
        }
      }
    }
  }

  /** The tasks of the daemon. */
  get tasks(): readonly PeriodicTaskSpec[] {
    return this.app.daemons.get(this.name)?.tasks ?? [];
  }

  /** True once the startup of the daemon has succeeded. */
  get isStarted(): boolean {
    return this.app.status().listeners.some(({ name, startedAt }) => name === this.name && startedAt !== undefined);
  }

  /** True from the end of the boot to the beginning of the stop. */
  get isWorking(): boolean {
    return this.app.state === 'running' || this.app.state === 'degraded';
  }

  /** The message of the error with which its startup failed. */
  get startupError(): string | undefined {
    return this.app.status().listeners.find(({ name }) => name === this.name)?.error?.message;
  }

  /** The calls of one hook or task method, in the order they began. */
  callsOf(hook: string): readonly TrialCall[] {
    return this.calls.filter((call) => call.hook === hook);
  }

  /** Begins the boot, and waits until nothing more happens without time passing. */
  async begin(): Promise<void> {
    // A failed boot shows in the status.
    this.app.start().catch(() => undefined);
    await this.app.clock.settle();
  }

  /** Begins the boot and lets time pass until it is decided. */
  async boot(): Promise<void> {
    await this.begin();
    await this.pass(END, () => this.app.state !== 'starting' && this.app.state !== 'created');
  }

  /** Lets virtual time pass until `isDone` returns true, `duration` is over, or the application has stopped. */
  async pass(duration: string | number, isDone: () => boolean = () => false): Promise<void> {
    if (!this.app.isOver) await this.app.clock.advanceUntil(() => isDone() || this.app.isOver, duration as number);
  }

  /** Triggers one run of a task; undefined when it has no record `within` after its tickTimeout, or its application stops. */
  async runOnce(task: PeriodicTaskSpec): Promise<RunRecord | undefined> {
    if (!this.isWorking) return undefined;
    let record: RunRecord | undefined;
    void this.app.tick(this.name, task.name).then((run) => (record = run));
    await this.pass(task.tickTimeout + this.within, () => record !== undefined);
    await nextTurn();
    return record;
  }

  /** Calls a hook once more, outside of the engine: with the context of an earlier call, as a new entry in `calls`. */
  repeat(call: TrialCall): unknown {
    return this.#tap.repeat(call);
  }

  /** Stops the application and waits for its exit; undefined when it does not exit. */
  async end(reason = 'the clause is over'): Promise<ExitReport | undefined> {
    void this.app.stop(reason).then((report) => (this.report = report));
    await this.pass(END);
    await nextTurn();
    await nextTurn();
    return this.report;
  }

  /** Open handles and unhandled errors of the daemon, each described in one line. */
  async remains(): Promise<readonly string[]> {
    const leaks = (await this.app.leaks()).filter(({ owner }) => owner.startsWith(`${this.name}.`));
    return [
      ...leaks.map(describeLeak),
      ...this.app.unhandled.map((error) => `nobody handles: ${serializeError(toError(error)).message}`),
    ];
  }

  /**
   * Only the engine's calls pass the tap, so the daemon's own calls of its hooks and tasks are counted on the instance.
   * The count includes the engine's calls.
   */
  #countCalls(instance: object): object {
    if (!Object.isExtensible(instance)) return instance;
    for (const method of [...TAPPED_HOOKS, ...this.tasks.map((task) => task.method)]) {
      const original: unknown = Reflect.get(instance, method);
      if (typeof original !== 'function') continue;
      const value = (...args: unknown[]): unknown => {
        this.entered.push(method);
        return Reflect.apply(original, instance, args);
      };
      Object.defineProperty(instance, method, { configurable: true, writable: true, value });
    }
    return instance;
  }

  #meet(call: TrialCall, where: string, args: readonly unknown[] | undefined): Promise<void> | undefined {
    const { weather } = this;
    if (weather === 'calm') return undefined;
    if (typeof weather === 'object' && 'slow' in weather) {
      return where === 'as it begins' ? undefined : call.context.sleep(weather.slow);
    }
    if (args === undefined) return undefined;
    if (weather === 'hung') return this.#hang(args);
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is the clause
    return Promise.reject(weather.throws);
  }

  #hang(args: readonly unknown[]): Promise<void> {
    const { clock } = this.app;
    const signals = args.flatMap(signalsIn);
    return new Promise((resolve, reject) => {
      // A call that waits for a timer does not hold virtual time up.
      const timer: ClockTimer = clock.at(clock.now() + FOREVER_MS, resolve);
      const giveUp = (signal: AbortSignal): void => {
        timer.cancel();
        reject(toError(signal.reason));
      };
      for (const signal of signals) {
        if (signal.aborted) giveUp(signal);
        else signal.addEventListener('abort', () => giveUp(signal), { once: true });
      }
    });
  }
}

const processListeners = (): ReadonlyMap<string | symbol, readonly unknown[]> =>
  new Map(process.eventNames().map((event) => [event, process.listeners(event as never)]));

const dependenciesOf = ({ services = [], overrides = [] }: CertifyOptions): readonly (typeof services)[number][] => [
  ...new Set([...services, ...overrides.map(([id]) => id as (typeof services)[number])]),
];

const isSignal = (value: unknown): value is AbortSignal =>
  typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value;

/** The argument itself, or its `signal`. */
function signalsIn(arg: unknown): AbortSignal[] {
  if (isSignal(arg)) return [arg];
  const signal = typeof arg === 'object' && arg !== null && 'signal' in arg ? arg.signal : undefined;
  return isSignal(signal) ? [signal] : [];
}
