import type { Coordinator, Registry } from '../contracts/Application';
import type { BackgroundDaemonEntry } from '../contracts/entries';
import { limited } from '../contracts/ListenerLogger';
import type { ListenerDefinition } from '../contracts/ListenerDefinition';
import { type BootFailure, DaemonDiedError, DisabledDependencyError, RunReturnedError } from '../errors/bootErrors';
import { serializeError, toError } from '../errors/serializeError';
import { BootEnd, type BootOutcome } from './BootEnd';
import { BackgroundCall, RunCall, hookOf } from './calls';
import type { Engine } from './Engine';
import { hindranceOf } from './hindranceOf';
import { type Blocked, type Disabled, lastRunning, ListenerRuntime, type Running } from './ListenerRuntime';
import { ListenerStopper } from './ListenerStopper';
import { OrderedWork } from './OrderedWork';
import { Startup, type StartupOutcome, type StartupParts } from './Startup';
import { StartupTimeouts } from './StartupTimeouts';
import { stopInOrder } from './stopInOrder';

/** A listener that died after the boot. */
export interface Death {
  readonly listenerName: string;
  /** True when its failed startup would have aborted the boot. */
  readonly fatal: boolean;
  readonly error: Error;
}

/**
 * Starts the listeners of a plan in its order, and stops them in the reverse of the order in which they have started.
 *
 * It decides what a failed startup means (see {@link isStartupFailureFatal}), keeps listeners that need a failed one from
 * starting, and goes on stopping whatever fails on the way.
 */
export class DaemonCoordinator implements Coordinator {
  readonly #engine: Engine;
  readonly #daemons: Registry<BackgroundDaemonEntry>;
  readonly #died: (death: Death) => void;
  readonly #runtimes: ReadonlyMap<string, ListenerRuntime>;
  readonly #stopper: ListenerStopper;
  /** In the order in which their startups completed. */
  readonly #started: ListenerRuntime[] = [];
  readonly #end: BootEnd;
  /** The boot, while it is in flight. */
  #boot: OrderedWork<ListenerRuntime> | undefined;
  readonly #turn = Promise.resolve();
  #hasLosses = false;

  /**
   * @param definitions - in the order of the plan.
   * @param died - told when a listener dies after the boot; a death during the boot is part of its outcome.
   */
  constructor(
    engine: Engine,
    definitions: readonly ListenerDefinition[],
    daemons: Registry<BackgroundDaemonEntry>,
    died: (death: Death) => void,
  ) {
    this.#engine = engine;
    this.#daemons = daemons;
    this.#died = died;
    this.#runtimes = new Map(definitions.map((definition) => [definition.name, new ListenerRuntime(definition)]));
    this.#end = new BootEnd(engine, this.#runtimes);
    this.#stopper = new ListenerStopper(engine);
  }

  /** In the plan's order. */
  get runtimes(): Iterable<ListenerRuntime> {
    return this.#runtimes.values();
  }

  /** The number of listeners. */
  get size(): number {
    return this.#runtimes.size;
  }

  /** True once a listener has failed, died, been blocked, or is disabled though the plan did not say so. */
  get hasLosses(): boolean {
    return this.#hasLosses;
  }

  runtime(name: string): ListenerRuntime | undefined {
    return this.#runtimes.get(name);
  }

  /** The object that the hooks of a listener are called on; undefined unless the listener runs. */
  runningHooks(name: string): object | undefined {
    const current = this.#runtimes.get(name)?.current;
    return current?.state === 'running' ? current.hooks : undefined;
  }

  isStartupFailureFatal(name: string): boolean {
    try {
      return this.#daemons.get(name)?.fatalOnStartupFailure ?? true;
    } catch (error) {
      const log = this.#engine.logger(name);
      log.warn('its daemon entry could not be looked up: a startup failure counts as fatal', { error });
      return true;
    }
  }

  /**
   * Starts every listener, once. Resolves when all are decided; or, after a fatal failure or {@link cancel}, when the
   * startups in flight have settled. Listeners that have started are running then, whatever the outcome: unless it is
   * `booted`, {@link stop} rolls them back.
   */
  async boot(): Promise<BootOutcome> {
    const timeouts = new StartupTimeouts(this.#engine.clock);
    const parts: StartupParts = {
      engine: this.#engine,
      stopper: this.#stopper,
      timeouts,
      decided: (startup, outcome) => {
        this.#decided(startup, outcome);
      },
      failedLater: (runtime, error) => {
        this.#die(runtime, error);
      },
    };
    this.#boot = new OrderedWork({
      items: [...this.#runtimes.values()],
      concurrency: this.#engine.config.startup.concurrency,
      before: (runtime) => this.#before(runtime),
      begin: (runtime) => {
        this.#startUnlessHindered(runtime, parts);
      },
      isOver: () => this.#end.isEarly,
    });
    await this.#boot.run();
    timeouts.end();
    this.#boot = undefined;
    return this.#end.conclude();
  }

  /**
   * Ends a boot that is in flight, or that has not begun: nothing more is started, startups in flight are aborted, and
   * given up once `grace` milliseconds are over.
   */
  cancel(reason: string, grace: number): void {
    this.#end.cancel(reason, grace);
  }

  /** Calls the `ready` hooks of the listeners that run, in start order and without waiting for one another. */
  announceReady(): void {
    for (const runtime of this.#started) {
      const { current } = runtime;
      if (current.state !== 'running') continue;
      const { hooks } = current;
      const ready = hookOf(hooks, 'ready');
      if (ready === undefined) continue;
      const call = new BackgroundCall(this.#engine, runtime.name, 'ready');
      current.ready = call;
      call.begin(
        () => ready.call(hooks, call),
        (thrown) => {
          if (call.isAbortedBy(thrown)) return;
          const error = toError(thrown);
          current.readyError = error;
          call.log.error('the ready hook failed', { error });
        },
      );
    }
  }

  /**
   * Stops everything that has started, newest first (see {@link stopInOrder}), and waits a second for the work left
   * behind. Never rejects: the runtimes hold the failures.
   *
   * @param deadline - when the grace is gone, in epoch milliseconds.
   */
  async stop(reason: string, deadline: number): Promise<void> {
    await stopInOrder({ engine: this.#engine, stopper: this.#stopper, started: [...this.#started], reason, deadline });
    await this.#stopper.settleLateWork();
  }

  #before({ definition }: ListenerRuntime): ListenerRuntime[] {
    return definition.edges.flatMap(({ on }) => this.#runtimes.get(on) ?? []);
  }

  #startUnlessHindered(runtime: ListenerRuntime, parts: StartupParts): void {
    const hindrance = hindranceOf(runtime.definition, this.#hasLosses ? this.#runtimes : undefined);
    if (hindrance !== undefined) {
      this.#settle(runtime, hindrance);
      this.#proceed(runtime);
      return;
    }
    const startup = new Startup(runtime, parts);
    runtime.move({ state: 'starting', startup });
    const { emit, hears } = this.#engine;
    if (hears('listener.starting')) emit('listener.starting', { listener: runtime.name });
    startup.begin();
  }

  #decided(startup: Startup, outcome: StartupOutcome): void {
    const { runtime } = startup;
    try {
      this.#settle(runtime, outcome);
      // A subscriber may have made the listener call `fail`.
      const failure = startup.conclude();
      if (failure !== undefined && outcome.state === 'running') this.#die(runtime, failure);
      this.#proceed(runtime);
    } catch (error) {
      this.#boot?.fail(error);
    }
  }

  #proceed(runtime: ListenerRuntime): void {
    // A stop that the listener has asked for comes before the next startup.
    void this.#turn.then(() => this.#boot?.done(runtime));
  }

  /** Moves a listener to the outcome of its startup, or to what hindered that, and does what follows from it. */
  #settle(runtime: ListenerRuntime, outcome: StartupOutcome | Blocked): void {
    const { emit, hears } = this.#engine;
    const listener = runtime.name;
    runtime.move(outcome);
    switch (outcome.state) {
      case 'running':
        this.#started.push(runtime);
        if (hears('listener.started')) emit('listener.started', { listener, startupMs: outcome.startupMs });
        this.#run(runtime, outcome);
        break;
      case 'disabled':
        this.#hasLosses ||= runtime.definition.disabledReason === undefined;
        emit('listener.disabled', { listener, reason: outcome.reason });
        if (outcome.needed !== undefined) this.#onNeedDisabled(listener, outcome.needed);
        break;
      case 'blocked': {
        const { blockedBy, error } = outcome;
        this.#hasLosses = true;
        emit('listener.blocked', { listener, blockedBy });
        this.#abortIfFatal({ listenerName: listener, phase: 'blocked', cause: error, blockedBy });
        break;
      }
      case 'startup_failed': {
        const { phase, error } = outcome;
        this.#hasLosses = true;
        const fatal = this.isStartupFailureFatal(listener);
        emit('listener.startup_failed', { listener, phase, fatal, error: serializeError(error, this.#engine.redact) });
        if (fatal) this.#end.fail({ listenerName: listener, phase, cause: error });
        break;
      }
      case 'stopped':
        emit('listener.stopped', { listener, shutdownMs: 0 });
        break;
    }
  }

  #onNeedDisabled(listenerName: string, { name, reason }: NonNullable<Disabled['needed']>): void {
    const cause = new DisabledDependencyError(listenerName, name, reason);
    this.#abortIfFatal({ listenerName, phase: 'blocked', cause, blockedBy: name });
  }

  #run(runtime: ListenerRuntime, running: Running): void {
    const { hooks } = running;
    const body = hookOf(hooks, 'run');
    if (body === undefined) return;
    const died = (error: unknown): void => {
      this.#die(runtime, toError(error));
    };
    const call = new RunCall(this.#engine, runtime.name, died);
    running.run = call;
    call.begin(
      () => body.call(hooks, call),
      died,
      () => {
        died(new RunReturnedError(runtime.name));
      },
    );
  }

  #die(runtime: ListenerRuntime, cause: Error): void {
    const { name, current: running } = runtime;
    if (running.state !== 'running') {
      this.#logLateDeath(runtime, cause);
      return;
    }
    const error = new DaemonDiedError(name, cause);
    const fatal = this.isStartupFailureFatal(name);
    runtime.move({ state: 'died', running, error });
    this.#hasLosses = true;
    running.run?.abort(error);
    if (this.#boot === undefined) {
      const closing = this.#engine.scheduler.closeListener(name, error);
      if (closing !== undefined) this.#stopper.own(closing);
    }
    this.#engine.emit('listener.died', { listener: name, fatal, error: serializeError(error, this.#engine.redact) });
    if (this.#boot === undefined) this.#died({ listenerName: name, fatal, error });
    else if (fatal) this.#end.fail({ listenerName: name, phase: 'run', cause: error });
  }

  // A body that ends because it was asked to has done right; one that fails on the way is not to be lost.
  #logLateDeath({ name, state, current }: ListenerRuntime, cause: Error): void {
    if (cause instanceof RunReturnedError || lastRunning(current)?.run?.isAbortedBy(cause) === true) return;
    this.#engine
      .logger(name)
      .warn(`it failed when it was ${state} already`, { error: cause, ...limited(`late ${name}`) });
  }

  #abortIfFatal(failure: BootFailure): void {
    if (this.isStartupFailureFatal(failure.listenerName)) this.#end.fail(failure);
  }
}
