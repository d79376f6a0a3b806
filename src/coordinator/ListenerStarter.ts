import type { StartupFailurePhase } from '../contracts/ApplicationEvents';
import type { ListenerHooks, OnStartup } from '../contracts/hooks';
import { ApplicationStoppedError, HookTimeoutError, NoInstanceError } from '../errors/bootErrors';
import { toError } from '../errors/serializeError';
import { runInExecution } from '../execution/ExecutionContext';
import { HookCall } from '../execution/CallContext';
import type { Engine } from './Engine';
import { Disposers, StartupCall } from './calls';
import type { ListenerRuntime } from './ListenerRuntime';
import type { ListenerStopper } from './ListenerStopper';
import { withDeadline } from '../time/withDeadline';

/** What the coordinator wants to hear of a start. */
export interface StartObserver {
  started(runtime: ListenerRuntime): void;
  failed(runtime: ListenerRuntime, phase: StartupFailurePhase, error: Error): void;
  /** The listener called `fail` after its startup. */
  died(runtime: ListenerRuntime, error: Error): void;
  /** Work that goes on behind a decided startup. It does not reject. */
  straying(work: Promise<void>): void;
}

/** Constructs one listener and takes it through its startup. */
export class ListenerStarter {
  readonly #engine: Engine;
  readonly #stopper: ListenerStopper;
  readonly #observer: StartObserver;

  constructor(engine: Engine, stopper: ListenerStopper, observer: StartObserver) {
    this.#engine = engine;
    this.#stopper = stopper;
    this.#observer = observer;
  }

  /** Resolves, and never rejects, when the startup is decided, unless it is at once: the runtime's state says how. */
  start(runtime: ListenerRuntime): Promise<void> | undefined {
    runtime.machine.move('starting');
    runtime.startingAt = this.#engine.clock.now();
    this.#engine.emit('listener.starting', { listener: runtime.name });
    const hooks = this.#construct(runtime);
    if (hooks === undefined) return undefined;
    if (typeof hooks.startup === 'function') return this.#startup(runtime, hooks as OnStartup);
    this.#started(runtime);
    return undefined;
  }

  #construct(runtime: ListenerRuntime): ListenerHooks | undefined {
    const call = new HookCall(this.#engine, runtime.name, 'constructor');
    try {
      const instance: ListenerHooks = runInExecution(call, () => this.#engine.resolve(runtime.definition.id));
      // A factory of the author's may break what the types promise.
      if (!((instance as unknown) instanceof Object)) throw new NoInstanceError(runtime.name, instance);
      runtime.instance = instance;
      runtime.hooks = this.#engine.hooksOf?.(runtime.name, instance) ?? instance;
      return runtime.hooks;
    } catch (error) {
      this.#fail(runtime, 'construct', toError(error));
      return undefined;
    } finally {
      call.settle();
    }
  }

  async #startup(runtime: ListenerRuntime, hooks: OnStartup): Promise<void> {
    let failure: Error | undefined;
    const disposers = new Disposers((disposal) => {
      this.#observer.straying(this.#stopper.logDisposal(runtime, disposal));
    });
    const call = new StartupCall(
      this.#engine,
      runtime.name,
      (error) => {
        if (!runtime.machine.is('starting')) this.#observer.died(runtime, toError(error));
        else call.abort((failure ??= toError(error)));
      },
      disposers,
    );
    runtime.disposers = disposers;
    runtime.startupCall = call;
    const work = call.execute(() => hooks.startup(call));
    try {
      await this.#untilDecided(runtime, call, work);
      if (failure !== undefined) throw failure;
      if (call.disabledReason === undefined) this.#started(runtime);
      else await this.#disabled(runtime, call.disabledReason);
    } catch (thrown) {
      const error = failure ?? toError(thrown);
      // Aborted, but not settled: somebody has given up waiting.
      if (!call.isSettled) this.#fence(runtime, call, work);
      await this.#stopper.dispose(runtime);
      if (call.abortReason instanceof ApplicationStoppedError && call.isAbortedBy(error)) this.#stopped(runtime);
      else this.#fail(runtime, error instanceof HookTimeoutError ? 'timeout' : 'startup', error);
    } finally {
      runtime.startupCall = undefined;
      runtime.giveUp = undefined;
    }
  }

  #untilDecided(runtime: ListenerRuntime, call: StartupCall, work: Promise<void>): Promise<void> {
    const { startupTimeout } = runtime.definition;
    // As Promise.race would, with half of its promises: each has a price where async contexts are followed.
    const decided = new Promise<void>((resolve, reject) => {
      runtime.giveUp = reject;
      work.then(resolve, reject);
    });
    return withDeadline(this.#engine.clock, startupTimeout, decided, () => {
      const error = new HookTimeoutError(runtime.name, 'startup', startupTimeout);
      call.abort(error);
      return error;
    });
  }

  #started(runtime: ListenerRuntime): void {
    const now = this.#engine.clock.now();
    runtime.machine.move('running');
    runtime.startedAt = now;
    runtime.startupMs = now - (runtime.startingAt ?? now);
    this.#engine.emit('listener.started', { listener: runtime.name, startupMs: runtime.startupMs });
    this.#observer.started(runtime);
  }

  async #disabled(runtime: ListenerRuntime, reason: string): Promise<void> {
    await this.#stopper.dispose(runtime);
    runtime.disabledReason = reason;
    runtime.machine.move('disabled');
    this.#engine.emit('listener.disabled', { listener: runtime.name, reason });
  }

  #stopped(runtime: ListenerRuntime): void {
    runtime.machine.move('stopped');
    this.#engine.emit('listener.stopped', { listener: runtime.name, shutdownMs: 0 });
  }

  #fail(runtime: ListenerRuntime, phase: StartupFailurePhase, error: Error): void {
    runtime.error = error;
    runtime.failedPhase = phase;
    runtime.machine.move('startup_failed');
    this.#observer.failed(runtime, phase, error);
  }

  // A startup that resolves after it was given up must not leave a running listener behind.
  #fence(runtime: ListenerRuntime, call: StartupCall, work: Promise<void>): void {
    const log = this.#engine.logger(runtime.name);
    work.then(
      () => {
        log.warn('the startup resolved after it had been given up: the listener is shut down at once');
        this.#observer.straying(this.#stopper.shutdownLate(runtime));
      },
      (error: unknown) => {
        if (!call.isAbortedBy(error)) log.warn('the startup failed after it had been given up', { error });
      },
    );
  }
}
