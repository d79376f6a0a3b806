import type { Coordinator, Registry } from '../contracts/Application';
import type { BackgroundDaemonEntry } from '../contracts/entries';
import type { ListenerDefinition } from '../contracts/ListenerDefinition';
import type { RestartError } from '../errors/bootErrors';
import { AfterBoot } from './AfterBoot';
import { BackgroundHooks } from './BackgroundHooks';
import { BootEnd, type BootOutcome } from './BootEnd';
import type { Engine } from './Engine';
import { Failures, type FatalLoss } from './Failures';
import { hindranceOf } from './hindranceOf';
import { type Blocked, lastRunning, ListenerRuntime } from './ListenerRuntime';
import { ListenerStopper } from './ListenerStopper';
import { OrderedWork } from './OrderedWork';
import { NO_RESTARTS } from './RestartHistory';
import { Startup, type StartupOutcome, type StartupParts } from './Startup';
import { StartupTimeouts } from './StartupTimeouts';
import { stopInOrder } from './stopInOrder';

/**
 * Starts the listeners of a plan in its order, and stops them in the reverse of the order in which they have started.
 *
 * It decides what a failed startup and a death mean (see {@link isStartupFailureFatal}), keeps listeners that need a failed
 * one from starting, and goes on stopping whatever fails on the way. {@link AfterBoot} starts listeners after the boot.
 */
export class DaemonCoordinator implements Coordinator {
  readonly #engine: Engine;
  readonly #runtimes: ReadonlyMap<string, ListenerRuntime>;
  readonly #stopper: ListenerStopper;
  readonly #hooks: BackgroundHooks;
  readonly #failures: Failures;
  readonly #afterBoot: AfterBoot;
  /** In the order in which their startups completed. */
  readonly #started: ListenerRuntime[] = [];
  readonly #end: BootEnd;
  /** The boot, while it is in flight. */
  #boot: OrderedWork<ListenerRuntime> | undefined;
  readonly #turn = Promise.resolve();
  #hasLosses = false;

  /**
   * @param definitions - in the order of the plan.
   * @param changed - called after the boot when a listener is lost or has come up; `loss` is given if that is fatal. A loss
   * during the boot is part of its outcome.
   */
  constructor(
    engine: Engine,
    definitions: readonly ListenerDefinition[],
    daemons: Registry<BackgroundDaemonEntry>,
    changed: (loss?: FatalLoss) => void,
  ) {
    this.#engine = engine;
    this.#runtimes = new Map(definitions.map((definition) => [definition.name, new ListenerRuntime(definition)]));
    this.#end = new BootEnd(engine, this.#runtimes);
    this.#stopper = new ListenerStopper(engine);
    this.#hooks = new BackgroundHooks(engine, (runtime, error) => {
      this.#die(runtime, error);
    });
    this.#failures = new Failures({
      engine,
      daemons,
      runtimes: this.#runtimes,
      stopper: this.#stopper,
      end: this.#end,
      afterBoot: () => this.#afterBoot,
      isBooting: () => this.#boot !== undefined,
      changed,
    });
    this.#afterBoot = new AfterBoot({
      engine,
      runtimes: this.#runtimes,
      stopper: this.#stopper,
      hooks: this.#hooks,
      isEnding: () => this.#end.isEarly,
      startupParts: (decided) => this.#startupParts(decided),
      settle: (runtime, outcome, startup) => {
        this.#settle(runtime, outcome, startup);
      },
      retired: (runtime) => {
        this.#started.splice(this.#started.indexOf(runtime), 1);
      },
      changed: () => {
        this.#hasLosses = [...this.runtimes].some((runtime) => runtime.isLost);
        changed();
      },
    });
  }

  /** In the plan's order. */
  get runtimes(): Iterable<ListenerRuntime> {
    return this.#runtimes.values();
  }

  /** The number of listeners. */
  get size(): number {
    return this.#runtimes.size;
  }

  /** True while a listener has failed, died, is blocked, or is disabled though the plan did not say so. */
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

  /** The listener that a running daemon needs, and that does not run: its due moments are skipped until it does. */
  readonly heldBy = (runtime: ListenerRuntime): string | undefined => this.#afterBoot.dependents.heldBy(runtime);

  isStartupFailureFatal(name: string): boolean {
    return this.#failures.isFatal(name);
  }

  /**
   * Starts every listener, once. Resolves when all are decided; or, after a fatal failure or {@link cancel}, when the
   * startups in flight have settled. Listeners that have started are running then, whatever the outcome: unless it is
   * `booted`, {@link stop} rolls them back.
   */
  async boot(): Promise<BootOutcome> {
    const parts = this.#startupParts((startup, outcome) => {
      this.#decided(startup, outcome);
    });
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
    parts.timeouts.end();
    this.#boot = undefined;
    return this.#end.conclude();
  }

  /**
   * Begins with what comes after a boot, once ticks are open: calls the `ready` hooks of the listeners that run, in start
   * order and without waiting for one another, and starts listeners again that have failed.
   */
  open(): void {
    for (const runtime of this.#started) {
      const { current } = runtime;
      if (current.state === 'running') this.#hooks.ready(runtime, current);
    }
    this.#afterBoot.open(this.#hasLosses);
  }

  /** Why an operator cannot restart a listener now; undefined if that is possible. */
  restartRefusal(runtime: ListenerRuntime): RestartError | undefined {
    return this.#afterBoot.supervisor.operators.refusal(runtime);
  }

  /**
   * Shuts a listener down and starts it again, for an operator. Resolves when it runs.
   * @throws RestartError when it does not come to run.
   */
  restart(runtime: ListenerRuntime, reason: string): Promise<void> {
    const wasRunning = runtime.state === 'running';
    const restarted = this.#afterBoot.supervisor.restart(runtime, reason);
    if (wasRunning) this.#afterBoot.dependents.lost(runtime.name);
    return restarted;
  }

  /**
   * Ends a boot that is in flight, or that has not begun, and all restarts: nothing more is started, startups in flight are
   * aborted, and given up once `grace` milliseconds are over.
   */
  cancel(reason: string, grace: number): void {
    this.#end.cancel(reason, grace);
    if (this.#boot === undefined) this.#afterBoot.supervisor.halt(this.#hasLosses);
  }

  /**
   * Waits for startups that were cancelled, stops everything that has started, newest first (see {@link stopInOrder}), and
   * waits a second for the work left behind. Never rejects: the runtimes hold the failures.
   *
   * @param deadline - when the grace is gone, in epoch milliseconds.
   */
  async stop(reason: string, deadline: number): Promise<void> {
    const settled = this.#afterBoot.settled();
    if (settled !== undefined) await settled;
    this.#end.conclude();
    await stopInOrder({ engine: this.#engine, stopper: this.#stopper, started: [...this.#started], reason, deadline });
    await this.#stopper.settleLateWork();
  }

  #before({ definition }: ListenerRuntime): ListenerRuntime[] {
    return definition.edges.flatMap(({ on }) => this.#runtimes.get(on) ?? []);
  }

  #startupParts(decided: StartupParts['decided']): StartupParts {
    const failedLater: StartupParts['failedLater'] = (runtime, error, { disposers }) => {
      const { current } = runtime;
      // What an earlier life acquired has no say about this one.
      if (current.state === 'running' && current.disposers !== disposers)
        this.#hooks.logLate(runtime, undefined, error);
      else this.#die(runtime, error);
    };
    const { clock } = this.#engine;
    const timeouts = new StartupTimeouts(clock);
    return { engine: this.#engine, stopper: this.#stopper, timeouts, decided, failedLater };
  }

  #startUnlessHindered(runtime: ListenerRuntime, parts: StartupParts): void {
    const hindrance = hindranceOf(runtime.definition, this.#hasLosses ? this.#runtimes : undefined);
    if (hindrance === undefined) {
      Startup.begin(runtime, parts, NO_RESTARTS, undefined);
      return;
    }
    this.#settle(runtime, hindrance);
    this.#proceed(runtime);
  }

  #decided(startup: Startup, outcome: StartupOutcome): void {
    try {
      this.#settle(startup.runtime, outcome, startup);
      this.#proceed(startup.runtime);
    } catch (error) {
      this.#boot?.fail(error);
    }
  }

  #proceed(runtime: ListenerRuntime): void {
    // A stop that the listener has asked for comes before the next startup.
    void this.#turn.then(() => this.#boot?.done(runtime));
  }

  /** Moves a listener to the outcome of its startup, or to what hindered that, and does what follows from it. */
  #settle(runtime: ListenerRuntime, outcome: StartupOutcome | Blocked, startup?: Startup): void {
    const { emit, hears } = this.#engine;
    const listener = runtime.name;
    switch (outcome.state) {
      case 'running':
        runtime.move(outcome);
        this.#started.push(runtime);
        if (hears('listener.started')) {
          emit('listener.started', Object.freeze({ listener, startupMs: outcome.startupMs }));
        }
        this.#hooks.run(runtime, outcome);
        break;
      case 'disabled':
        this.#hasLosses ||= runtime.definition.disabledReason === undefined;
        this.#failures.disabled(runtime, outcome);
        break;
      case 'blocked':
        this.#hasLosses = true;
        this.#failures.blocked(runtime, outcome);
        break;
      case 'startup_failed':
        this.#hasLosses = true;
        this.#failures.startupFailed(runtime, outcome);
        break;
      case 'stopped':
        runtime.move(outcome);
        emit('listener.stopped', { listener, shutdownMs: 0 });
        break;
    }
    // A subscriber may have made the listener call `fail`.
    const failure = startup?.conclude();
    if (failure !== undefined && outcome.state === 'running') this.#die(runtime, failure);
  }

  #die(runtime: ListenerRuntime, cause: Error): void {
    const { current } = runtime;
    if (current.state !== 'running') {
      this.#hooks.logLate(runtime, lastRunning(current), cause);
      return;
    }
    this.#hasLosses = true;
    this.#failures.died(runtime, current, cause);
  }
}
