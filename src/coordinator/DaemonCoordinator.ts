import type { Coordinator, Registry } from '../contracts/Application';
import type { ClockTimer } from '../contracts/Clock';
import type { StartupFailurePhase } from '../contracts/ApplicationEvents';
import type { BackgroundDaemonEntry } from '../contracts/entries';
import type { ListenerDefinition } from '../contracts/ListenerDefinition';
import {
  ApplicationStoppedError,
  DaemonDiedError,
  DisabledDependencyError,
  HookTimeoutError,
  RunReturnedError,
} from '../errors/bootErrors';
import { serializeError, toError } from '../errors/serializeError';
import { HookCall } from '../execution/CallContext';
import type { Engine } from './Engine';
import { FallibleCall } from './calls';
import { forEachInOrder, stopInOrder } from './inOrder';
import { LAST_SECOND_MS, ListenerStopper } from './ListenerStopper';
import { ListenerRuntime } from './ListenerRuntime';
import { ListenerStarter } from './ListenerStarter';

/** What aborted a boot. */
export interface FatalFailure {
  readonly runtime: ListenerRuntime;
  readonly phase: StartupFailurePhase;
  readonly error: Error;
  readonly blockedBy?: string;
}

/** What the coordinator wants its application to hear. */
export interface CoordinatorObserver {
  /** A listener died after the boot was decided. */
  died(runtime: ListenerRuntime, fatal: boolean, error: Error): void;
}

/**
 * Starts the listeners of a plan in its order, and stops them in the reverse of the order in which they have started.
 *
 * It decides what a failed startup means (see {@link isStartupFailureFatal}), keeps what needs a failed listener from
 * starting, and never stops stopping.
 */
export class DaemonCoordinator implements Coordinator {
  readonly #engine: Engine;
  readonly #daemons: Registry<BackgroundDaemonEntry>;
  readonly #observer: CoordinatorObserver;
  readonly #runtimes: ReadonlyMap<string, ListenerRuntime>;
  readonly #starter: ListenerStarter;
  readonly #stopper: ListenerStopper;
  /** In the order in which their startups completed. */
  readonly #started: ListenerRuntime[] = [];
  /** Work that goes on behind what is decided already; a stop waits for it. */
  readonly #strays = new Set<Promise<void>>();
  #fatal: FatalFailure | undefined;
  #cancelled: ApplicationStoppedError | undefined;
  #isBooting = false;
  #giveUpTimer: ClockTimer | undefined;

  constructor(
    engine: Engine,
    definitions: readonly ListenerDefinition[],
    daemons: Registry<BackgroundDaemonEntry>,
    observer: CoordinatorObserver,
  ) {
    this.#engine = engine;
    this.#daemons = daemons;
    this.#observer = observer;
    this.#runtimes = new Map(definitions.map((definition) => [definition.name, new ListenerRuntime(definition)]));
    this.#stopper = new ListenerStopper(engine);
    this.#starter = new ListenerStarter(engine, this.#stopper, {
      started: (runtime) => {
        this.#onStarted(runtime);
      },
      failed: (runtime, phase, error) => {
        this.#onStartupFailed(runtime, phase, error);
      },
      died: (runtime, error) => {
        this.#onDied(runtime, error);
      },
      straying: (work) => {
        this.#own(work);
      },
    });
  }

  /** In the plan's order. */
  get runtimes(): Iterable<ListenerRuntime> {
    return this.#runtimes.values();
  }

  runtime(name: string): ListenerRuntime | undefined {
    return this.#runtimes.get(name);
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
   * Starts every listener. Resolves when all are decided; or, after a fatal failure or {@link cancel}, when the startups
   * in flight have settled. What has started then is still running: {@link stop} rolls it back.
   */
  async boot(): Promise<void> {
    this.#isBooting = true;
    await forEachInOrder({
      items: this.#runtimes.values(),
      concurrency: this.#engine.config.startup.concurrency,
      isFree: (runtime) => runtime.definition.edges.every(({ on }) => this.#runtimes.get(on)?.isDecided ?? true),
      isOver: () => this.#fatal !== undefined || this.#cancelled !== undefined,
      work: (runtime) => this.#startUnlessHindered(runtime),
    });
    this.#giveUpTimer?.cancel();
  }

  /** Decides the boot, and says what was fatal. The observer is told of deaths after that. */
  decide(): FatalFailure | undefined {
    this.#isBooting = false;
    return this.#fatal;
  }

  /**
   * Ends a boot that is in flight: nothing more is started, startups in flight are aborted, and given up once `grace`
   * milliseconds are over.
   */
  cancel(reason: string, grace: number): void {
    this.#cancelled ??= new ApplicationStoppedError(reason);
    this.#abortStartups(this.#cancelled, grace);
  }

  /** Calls the `ready` hooks of what runs, in start order and without waiting for one another. */
  announceReady(): void {
    for (const runtime of this.#started) {
      const { hooks } = runtime;
      if (!runtime.machine.is('running') || typeof hooks?.ready !== 'function') continue;
      const call = new HookCall(this.#engine, runtime.name, 'ready');
      runtime.readyCall = call;
      runtime.readyWork = call
        .execute(() => hooks.ready?.(call))
        .catch((thrown: unknown) => {
          if (call.isAbortedBy(thrown)) return;
          runtime.error = toError(thrown);
          call.log.error('the ready hook failed', { error: runtime.error });
        });
    }
  }

  /**
   * Stops everything that has started, newest first (see {@link stopInOrder}), and waits a second for what goes on behind
   * it. Never rejects: the runtimes hold what failed.
   *
   * @param deadline - when the grace is gone, in epoch milliseconds.
   */
  async stop(reason: string, deadline: number): Promise<void> {
    await stopInOrder({ engine: this.#engine, stopper: this.#stopper, started: [...this.#started], reason, deadline });
    await this.#settleStrays();
  }

  async #startUnlessHindered(runtime: ListenerRuntime): Promise<void> {
    const needs = runtime.definition.edges
      .filter(({ soft }) => !soft)
      .map(({ on }) => this.#runtimes.get(on))
      .filter((needed) => needed !== undefined);
    const lost = needs.find((needed) => needed.isLost);
    const disabled = needs.find((needed) => needed.machine.is('disabled'));
    if (lost !== undefined) this.#block(runtime, lost);
    else if (runtime.definition.disabledReason !== undefined) this.#disable(runtime, runtime.definition.disabledReason);
    else if (disabled !== undefined) this.#disableWith(runtime, disabled);
    else await this.#starter.start(runtime);
  }

  #block(runtime: ListenerRuntime, lost: ListenerRuntime): void {
    const root = lost.blockedBy === undefined ? lost : (this.#runtimes.get(lost.blockedBy) ?? lost);
    runtime.blockedBy = root.name;
    runtime.error = root.error;
    runtime.machine.move('blocked');
    this.#engine.emit('listener.blocked', { listener: runtime.name, blockedBy: root.name });
    if (root.error !== undefined && this.isStartupFailureFatal(runtime.name))
      this.#abortBoot({ runtime, phase: 'blocked', error: root.error, blockedBy: root.name });
  }

  #disable(runtime: ListenerRuntime, reason: string): void {
    runtime.disabledReason = reason;
    runtime.machine.move('disabled');
    this.#engine.emit('listener.disabled', { listener: runtime.name, reason });
  }

  #disableWith(runtime: ListenerRuntime, disabled: ListenerRuntime): void {
    const reason = `it needs "${disabled.name}", which is disabled: ${disabled.disabledReason ?? 'no reason given'}`;
    this.#disable(runtime, reason);
    if (!this.isStartupFailureFatal(runtime.name)) return;
    const error = new DisabledDependencyError(runtime.name, disabled.name, disabled.disabledReason);
    this.#abortBoot({ runtime, phase: 'blocked', error, blockedBy: disabled.name });
  }

  #onStarted(runtime: ListenerRuntime): void {
    this.#started.push(runtime);
    const { hooks } = runtime;
    if (typeof hooks?.run !== 'function') return;
    const call = new FallibleCall(this.#engine, runtime.name, 'run', (error) => {
      this.#onDied(runtime, toError(error));
    });
    runtime.runCall = call;
    runtime.runBody = call
      .execute(() => hooks.run?.(call))
      .then(
        () => {
          this.#onDied(runtime, new RunReturnedError(runtime.name));
        },
        (error: unknown) => {
          this.#onDied(runtime, toError(error));
        },
      );
  }

  #onStartupFailed(runtime: ListenerRuntime, phase: StartupFailurePhase, error: Error): void {
    const fatal = this.isStartupFailureFatal(runtime.name);
    this.#engine.emit('listener.startup_failed', {
      listener: runtime.name,
      phase,
      fatal,
      error: serializeError(error),
    });
    if (fatal) this.#abortBoot({ runtime, phase, error });
  }

  #onDied(runtime: ListenerRuntime, cause: Error): void {
    if (!runtime.machine.is('running')) {
      this.#onLateDeath(runtime, cause);
      return;
    }
    const error = new DaemonDiedError(runtime.name, cause);
    const fatal = this.isStartupFailureFatal(runtime.name);
    runtime.error = error;
    runtime.machine.move('died');
    runtime.runCall?.abort(error);
    if (!this.#isBooting) this.#own(this.#engine.scheduler.closeListener(runtime.name, error));
    this.#engine.emit('listener.died', { listener: runtime.name, fatal, error: serializeError(error) });
    if (!this.#isBooting) this.#observer.died(runtime, fatal, error);
    else if (fatal) this.#abortBoot({ runtime, phase: 'run', error });
  }

  // A body that ends because it was asked to has done right; one that fails on the way is not to be lost.
  #onLateDeath(runtime: ListenerRuntime, cause: Error): void {
    if (cause instanceof RunReturnedError || runtime.runCall?.isAbortedBy(cause) === true) return;
    this.#engine.logger(runtime.name).warn(`it failed when it was ${runtime.state} already`, { error: cause });
  }

  #abortBoot(fatal: FatalFailure): void {
    if (this.#fatal !== undefined || this.#cancelled !== undefined) return;
    this.#fatal = fatal;
    const reason = `the startup of "${fatal.runtime.name}" failed`;
    this.#abortStartups(new ApplicationStoppedError(reason), this.#engine.config.startup.rollbackGrace);
  }

  #abortStartups(reason: ApplicationStoppedError, grace: number): void {
    const starting = [...this.#runtimes.values()].filter((runtime) => runtime.startupCall !== undefined);
    if (starting.length === 0) return;
    for (const runtime of starting) runtime.startupCall?.abort(reason);
    this.#giveUpTimer?.cancel();
    this.#giveUpTimer = this.#engine.clock.at(
      this.#engine.clock.now() + grace,
      () => {
        for (const runtime of starting) runtime.giveUp?.(new HookTimeoutError(runtime.name, 'startup', grace));
      },
      { deadline: true },
    );
  }

  #own(work: Promise<void>): void {
    this.#strays.add(work);
    const settled = (): void => void this.#strays.delete(work);
    work.then(settled, settled);
  }

  async #settleStrays(): Promise<void> {
    if (this.#strays.size === 0) return;
    const { clock } = this.#engine;
    await new Promise<void>((resolve) => {
      const timer = clock.at(clock.now() + LAST_SECOND_MS, resolve, { deadline: true });
      void Promise.allSettled(this.#strays).then(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}
