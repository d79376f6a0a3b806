import type { ServiceIdentifier } from 'inversify';

import type { Class } from '../../container/Class';
import type { Duration } from '../../contracts/Duration';
import { type TestApplicationOptions, type Override, createTestApplication } from '../createTestApplication';
import type { ClockTimer } from '../../contracts/Clock';
import type { PeriodicTaskSpec } from '../../contracts/entries';
import type { ExitReport } from '../../contracts/ExitReport';
import type { RunRecord } from '../../contracts/RunRecord';
import { serializeError, toError } from '../../errors/serializeError';
import { durationMs } from '../../time/duration';
import { nextTurn } from '../clock/realTime';
import { FOREVER_MS, HookTap, type TappedCall } from '../interception/HookTap';
import { describeLeak } from '../leaks/LeakWatch';
import { session } from '../session/session';
import type { TestApplication } from '../TestApplication';

/** How the daemon is certified: what its application consists of beside it. */
export interface CertifyOptions extends Pick<TestApplicationOptions, 'services' | 'modules' | 'config' | 'settleMs'> {
  /** Listeners that the daemon needs. @defaultValue `[]` */
  readonly listeners?: readonly Class[];
  /** Bindings to replace in each application of the battery. @defaultValue `[]` */
  readonly overrides?: readonly Override[];
  /**
   * What the daemon waits for: their calls are made to hang, to be slow and to fail. A call that hangs gives up when a
   * signal among its arguments aborts, as it should.
   * @defaultValue the identifiers of `services` and `overrides`
   */
  readonly dependencies?: readonly ServiceIdentifier[];
  /** Also: a second startup, and a shutdown without any, must do no harm. @defaultValue false */
  readonly defensive?: boolean;
  /** How much virtual time a hook may take to settle once its signal has aborted. @defaultValue `'1s'` */
  readonly within?: Duration;
}

/** What the dependencies do, or each await of the daemon. */
export type Weather =
  | 'calm'
  /** A call to a dependency waits until a signal among its arguments aborts. */
  | 'hung'
  /** Each await takes so long, until it is aborted. */
  | { readonly slow: number }
  /** A call to a dependency rejects with a text. */
  | { readonly throws: string };

export interface TrialCall extends TappedCall {
  readonly number: number;
  ended: boolean;
  outcome?: 'resolved' | 'rejected';
  error?: unknown;
}

/** Longer than any boot or stop that ends. */
const END = '1d';

/** One application around the daemon that is certified, and what was seen of the daemon in it. */
export class Trial {
  readonly app: TestApplication;
  readonly name: string;
  readonly calls: TrialCall[] = [];
  /** Calls of dependencies: `OrderStore.save`. */
  readonly uses: string[] = [];
  weather: Weather = 'calm';
  /** Hooks that are not called. */
  readonly omitted = new Set<string>();
  readonly within: number;
  report: ExitReport | undefined;

  private constructor(app: TestApplication, subject: Class, { within = '1s', ...options }: CertifyOptions) {
    this.app = app;
    this.within = durationMs(within);
    const entry = app.listeners.list().find(({ id }) => id === subject);
    if (entry === undefined) throw new TypeError(`${subject.name} is no listener of its application`);
    this.name = entry.name;
    new HookTap<TrialCall>(app, options.dependencies ?? dependenciesOf(options), {
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
  }

  /** Gives `work` a fresh application, and takes it down whatever comes of it. */
  static async with<T>(subject: Class, options: CertifyOptions, work: (trial: Trial) => Promise<T>): Promise<T> {
    const { services = [], modules = [], overrides = [], config, listeners = [], settleMs } = options;
    const app = await createTestApplication({
      listeners: [...listeners, subject],
      services,
      modules,
      overrides,
      ...(config === undefined ? {} : { config }),
      ...(settleMs === undefined ? {} : { settleMs }),
    });
    const trial = new Trial(app, subject, options);
    const before = processListeners();
    try {
      return await work(trial);
    } finally {
      await trial.end();
      session.forget(app);
      // What the daemon has left there would reach the clauses that follow.
      for (const [event, listeners] of processListeners()) {
        for (const listener of listeners) {
          if (before.get(event)?.includes(listener) !== true) process.off(event, listener as () => void);
        }
      }
    }
  }

  get tasks(): readonly PeriodicTaskSpec[] {
    return this.app.daemons.get(this.name)?.tasks ?? [];
  }

  get isStarted(): boolean {
    return this.app.status().listeners.some(({ name, startedAt }) => name === this.name && startedAt !== undefined);
  }

  /** Why its startup failed, as text. */
  get startupError(): string | undefined {
    return this.app.status().listeners.find(({ name }) => name === this.name)?.error?.message;
  }

  callsOf(hook: string): readonly TrialCall[] {
    return this.calls.filter((call) => call.hook === hook);
  }

  /** Begins the boot, and lets pass what needs no time. */
  async begin(): Promise<void> {
    // How it ends is read of the status.
    this.app.start().catch(() => undefined);
    await this.app.clock.settle();
  }

  /** Takes the boot to its end. */
  async boot(): Promise<void> {
    await this.begin();
    await this.pass(END, () => this.app.state !== 'starting' && this.app.state !== 'created');
  }

  /** Lets virtual time pass, as far as it is not over; up to the moment at which `isDone` says true. */
  async pass(duration: string | number, isDone: () => boolean = () => false): Promise<void> {
    if (!this.app.isOver) await this.app.clock.advanceUntil(() => isDone() || this.app.isOver, duration as number);
  }

  /** One run of a task, in as much time as it takes; undefined when it is never decided. */
  async runOnce(task: PeriodicTaskSpec): Promise<RunRecord | undefined> {
    let record: RunRecord | undefined;
    void this.app.tick(this.name, task.name).then((run) => (record = run));
    await this.pass(task.tickTimeout + this.within, () => record !== undefined);
    await nextTurn();
    return record;
  }

  /** Stops the application and waits for its exit. */
  async end(reason = 'the clause is over'): Promise<ExitReport | undefined> {
    void this.app.stop(reason).then((report) => (this.report = report));
    await this.pass(END);
    await nextTurn();
    await nextTurn();
    return this.report;
  }

  /** What is open, and what nobody has handled; one sentence each. */
  async remains(): Promise<readonly string[]> {
    const leaks = (await this.app.leaks()).filter(({ owner }) => owner.startsWith(`${this.name}.`));
    return [
      ...leaks.map(describeLeak),
      ...this.app.unhandled.map((error) => `nobody handles: ${serializeError(toError(error)).message}`),
    ];
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
      // Virtual time knows of what waits for a timer that it hangs, and does not wait for it.
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
