import type { ListenerHooks, OnStartup } from '../contracts/hooks';
import { ApplicationStoppedError, HookTimeoutError, NoInstanceError } from '../errors/bootErrors';
import { toError } from '../errors/serializeError';
import { HookCall } from '../execution/CallContext';
import { runInExecution } from '../execution/ExecutionContext';
import { settleWithin } from '../time/settleWithin';
import { Disposers, StartupCall } from './calls';
import type { Engine } from './Engine';
import type { Disabled, ListenerRuntime, Running, Starting, StartupFailed, Stopped } from './ListenerRuntime';
import type { ListenerStopper } from './ListenerStopper';

/** How a startup ended: the condition that the listener goes to. */
export type StartupOutcome = Running | Disabled | StartupFailed | Stopped;

/** The startup gave up because the application stops. */
const GAVE_UP: Stopped = { state: 'stopped', running: undefined, death: undefined, shutdownMs: undefined, cut: false };

/** An instance whose startup has not been called. */
interface Constructed {
  readonly instance: ListenerHooks;
  readonly hooks: ListenerHooks;
}

/** Constructs one listener and takes it through its startup. */
export class ListenerStarter {
  readonly #engine: Engine;
  readonly #stopper: ListenerStopper;
  readonly #failedLater: (runtime: ListenerRuntime, error: Error) => void;

  /** @param failedLater - told when a listener calls the `fail` of its startup after that has ended. */
  constructor(engine: Engine, stopper: ListenerStopper, failedLater: (runtime: ListenerRuntime, error: Error) => void) {
    this.#engine = engine;
    this.#stopper = stopper;
    this.#failedLater = failedLater;
  }

  /**
   * Starts the listener of a runtime that has moved to `starting`. The caller moves it to the outcome, which is returned
   * at once when the listener has no startup hook. Neither throws nor rejects.
   */
  start(runtime: ListenerRuntime, starting: Starting): StartupOutcome | Promise<StartupOutcome> {
    let constructed: Constructed;
    try {
      constructed = this.#construct(runtime);
    } catch (thrown) {
      return { state: 'startup_failed', phase: 'construct', error: toError(thrown) };
    }
    if (typeof constructed.hooks.startup !== 'function') return this.#running(starting, constructed);
    const { name } = runtime;
    const disposers = new Disposers((disposal) => {
      this.#stopper.ownDisposal(name, disposal);
    });
    starting.startup = new StartupCall(this.#engine, name, disposers, (error) => {
      this.#failedLater(runtime, error);
    });
    return this.#startUp(runtime, starting, starting.startup, constructed);
  }

  #construct({ name, definition }: ListenerRuntime): Constructed {
    const call = new HookCall(this.#engine, name, 'constructor');
    try {
      const instance: ListenerHooks = runInExecution(call, () => this.#engine.resolve(definition.id));
      // A factory of the author's may break what the types promise.
      if (!((instance as unknown) instanceof Object)) throw new NoInstanceError(name, instance);
      return { instance, hooks: this.#engine.hooksOf?.(name, instance) ?? instance };
    } finally {
      call.settle();
    }
  }

  async #startUp(
    runtime: ListenerRuntime,
    starting: Starting,
    call: StartupCall,
    constructed: Constructed,
  ): Promise<StartupOutcome> {
    const { name, startupTimeout, shutdownTimeout } = runtime.definition;
    const hooks = constructed.hooks as OnStartup;
    const work = call.execute(() => hooks.startup(call));
    try {
      await settleWithin(this.#engine.clock, startupTimeout, call.settled(work), () => {
        const error = new HookTimeoutError(name, 'startup', startupTimeout);
        call.abort(error);
        return error;
      });
      if (call.failure !== undefined) throw call.failure;
      if (call.disabledReason === undefined) return this.#running(starting, constructed, call.disposers);
      await this.#stopper.dispose(name, call.disposers, shutdownTimeout);
      return { state: 'disabled', reason: call.disabledReason };
    } catch (thrown) {
      const error = call.failure ?? toError(thrown);
      // Aborted, but not settled: somebody has given up waiting.
      if (!call.isSettled) this.#fence(runtime, call, constructed.hooks, work);
      await this.#stopper.dispose(name, call.disposers, shutdownTimeout);
      if (call.abortReason instanceof ApplicationStoppedError && call.isAbortedBy(error)) return GAVE_UP;
      return { state: 'startup_failed', phase: error instanceof HookTimeoutError ? 'timeout' : 'startup', error };
    }
  }

  #running({ since }: Starting, { instance, hooks }: Constructed, disposers?: Disposers): Running {
    const startedAt = this.#engine.clock.now();
    return {
      state: 'running',
      instance,
      hooks,
      startedAt,
      startupMs: startedAt - since,
      disposers,
      run: undefined,
      ready: undefined,
      readyError: undefined,
    };
  }

  // A startup that resolves after it was given up must not leave a running listener behind.
  #fence({ definition }: ListenerRuntime, call: StartupCall, hooks: ListenerHooks, work: Promise<void>): void {
    const log = this.#engine.logger(definition.name);
    work.then(
      () => {
        log.warn('the startup resolved after it had been given up: the listener is shut down at once');
        this.#stopper.shutDownLate(definition, hooks, call.disposers);
      },
      (error: unknown) => {
        if (!call.isAbortedBy(error)) log.warn('the startup failed after it had been given up', { error });
      },
    );
  }
}
