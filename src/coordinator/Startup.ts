import type { ListenerHooks } from '../contracts/hooks';
import { ApplicationStoppedError, HookTimeoutError, NoInstanceError } from '../errors/bootErrors';
import { toError } from '../errors/serializeError';
import { HookCall } from '../execution/CallContext';
import { runInExecution } from '../execution/ExecutionContext';
import { Disposers, StartupCall, hookOf } from './calls';
import type { Engine } from './Engine';
import type {
  Disabled,
  EndableStartup,
  Failure,
  ListenerRuntime,
  Running,
  StartupFailed,
  Stopped,
  WorkLeft,
} from './ListenerRuntime';
import type { ListenerStopper } from './ListenerStopper';
import type { RestartHistory } from './RestartHistory';
import type { StartupTimeouts } from './StartupTimeouts';

/** How a startup ended: the condition that the listener goes to. */
export type StartupOutcome = Running | Disabled | StartupFailed | Stopped;

/** The startup gave up because the application stops. */
const GAVE_UP: Stopped = { state: 'stopped', running: undefined, death: undefined, shutdownMs: undefined, cut: false };

/** A listener that has been constructed. */
interface Constructed {
  readonly instance: ListenerHooks;
  /** The object its hooks are called on. */
  readonly hooks: ListenerHooks;
}

/** The parts that startups share. */
export interface StartupParts {
  readonly engine: Engine;
  readonly stopper: ListenerStopper;
  readonly timeouts: StartupTimeouts;
  /** The startup is over, and its listener is to move to `outcome`. */
  readonly decided: (startup: Startup, outcome: StartupOutcome) => void;
  /** The listener has called the `fail` of a startup after {@link Startup.conclude}; it may be that of an earlier life. */
  readonly failedLater: (runtime: ListenerRuntime, error: Error, call: StartupCall) => void;
}

/** The startup of one listener: its construction, then its startup hook, which is limited in time. */
export class Startup implements EndableStartup {
  readonly runtime: ListenerRuntime;
  readonly #parts: StartupParts;
  readonly #history: RestartHistory;
  readonly #began: number;
  #constructed: Constructed | undefined;
  #call: StartupCall | undefined;
  #stopped: ApplicationStoppedError | undefined;
  /** The hook has ended, or is not waited for any longer. */
  #isOver = false;
  /** Takes notice of the end of a hook that was given up. */
  #settledLeft: () => void = () => undefined;

  private constructor(runtime: ListenerRuntime, parts: StartupParts, history: RestartHistory) {
    this.runtime = runtime;
    this.#parts = parts;
    this.#history = history;
    this.#began = parts.engine.clock.now();
  }

  /**
   * Moves a listener to `starting`, and begins its startup. {@link StartupParts.decided} is called once: before this
   * returns, unless something has to be awaited.
   *
   * @param history - the restarts in a row, this one included.
   * @param failure - the failure that it is started again after.
   */
  static begin(
    runtime: ListenerRuntime,
    parts: StartupParts,
    history: RestartHistory,
    failure: Failure | undefined,
  ): void {
    const { emit, hears } = parts.engine;
    const startup = new Startup(runtime, parts, history);
    runtime.move({ state: 'starting', startup, history, failure, since: startup.#began });
    if (hears('listener.starting')) emit('listener.starting', Object.freeze({ listener: runtime.name }));
    startup.#begin();
  }

  #begin(): void {
    try {
      this.#constructed = this.#construct();
    } catch (thrown) {
      this.#decide({ state: 'startup_failed', phase: 'construct', error: toError(thrown) });
      return;
    }
    const hook = hookOf(this.#constructed.hooks, 'startup');
    if (hook !== undefined) this.#callHook(hook, this.#constructed);
    else this.#decide(this.#running(this.#constructed));
  }

  abort(reason: ApplicationStoppedError): void {
    this.#stopped ??= reason;
    this.#call?.abort(reason);
  }

  /** Aborts the hook, and waits no longer for it. */
  timeOut(): void {
    const { name, startupTimeout } = this.runtime.definition;
    const error = new HookTimeoutError(name, 'startup', startupTimeout);
    this.#call?.abort(error);
    this.#giveUp(error);
  }

  giveUp(ms: number): void {
    this.#giveUp(new HookTimeoutError(this.runtime.name, 'startup', ms));
  }

  /** Ends the startup: when the listener calls `fail` from now on, it has died. Returns the error of an earlier `fail`. */
  conclude(): Error | undefined {
    return this.#call?.conclude();
  }

  #construct(): Constructed {
    const { engine } = this.#parts;
    const { name, definition } = this.runtime;
    const call = new HookCall(engine, name, 'constructor');
    try {
      const instance: ListenerHooks = runInExecution(call, () => engine.resolve(definition.id));
      // A factory of the author's may break what the types promise.
      if (!((instance as unknown) instanceof Object)) throw new NoInstanceError(name, instance);
      return { instance, hooks: engine.hooksOf?.(name, instance) ?? instance };
    } finally {
      call.settle();
    }
  }

  #callHook(hook: NonNullable<ListenerHooks['startup']>, constructed: Constructed): void {
    const { engine, stopper, timeouts, failedLater } = this.#parts;
    const { name, startupTimeout } = this.runtime.definition;
    const call = new StartupCall(engine, name, new Disposers(name, stopper), (error) => {
      failedLater(this.runtime, error, call);
    });
    this.#call = call;
    if (this.#stopped !== undefined) call.abort(this.#stopped);
    const isPending = call.perform(
      () => hook.call(constructed.hooks, call),
      () => {
        this.#settled(constructed, call);
      },
      (thrown) => {
        this.#settled(constructed, call, toError(thrown));
      },
    );
    // A startup that returns no promise is over, and needs no limit.
    if (isPending) timeouts.limit(this, startupTimeout);
  }

  #giveUp(error: Error): void {
    if (this.#isOver || this.#call === undefined || this.#constructed === undefined) return;
    const pending = new Set(['startup']);
    const settled = new Promise<void>((resolve) => {
      this.#settledLeft = () => {
        pending.clear();
        resolve();
      };
    });
    this.#ended(this.#constructed, this.#call, error, { pending, settled });
  }

  #settled(constructed: Constructed, call: StartupCall, error?: Error): void {
    if (this.#isOver) this.#settledLate(constructed, call, error);
    else this.#ended(constructed, call, error);
  }

  /**
   * @param thrown - why it failed, unless the listener has said so by `fail`.
   * @param left - the hook, if it has not settled.
   */
  #ended(constructed: Constructed, call: StartupCall, thrown?: Error, left?: WorkLeft): void {
    this.#isOver = true;
    this.#parts.timeouts.release(this);
    const { disposers, disabledReason, failure: error = thrown } = call;
    if (error === undefined && disabledReason === undefined) {
      this.#decide(this.#running(constructed, disposers));
      return;
    }
    const { name, shutdownTimeout } = this.runtime.definition;
    const withdrawn = (): void => {
      if (error === undefined)
        this.#decide({ state: 'disabled', reason: this.#parts.engine.redact(disabledReason ?? '') });
      else if (call.abortReason instanceof ApplicationStoppedError && call.isAbortedBy(error)) this.#decide(GAVE_UP);
      else
        this.#decide({
          state: 'startup_failed',
          phase: error instanceof HookTimeoutError ? 'timeout' : 'startup',
          error,
          ...(left === undefined ? {} : { left }),
        });
    };
    const disposal = this.#parts.stopper.dispose(name, disposers, shutdownTimeout);
    if (disposal === undefined) {
      withdrawn();
      return;
    }
    this.#parts.timeouts.rest();
    void disposal.then(withdrawn);
  }

  // A startup that resolves after it was given up must not leave a running listener behind.
  #settledLate({ hooks }: Constructed, call: StartupCall, error: Error | undefined): void {
    const { engine, stopper } = this.#parts;
    const { definition } = this.runtime;
    const log = engine.logger(definition.name);
    if (error === undefined) {
      log.warn('the startup resolved after it had been given up: the listener is shut down at once');
      void stopper.shutDownLate(definition, hooks, call.disposers).then(this.#settledLeft);
      return;
    }
    if (!call.isAbortedBy(error)) log.warn('the startup failed after it had been given up', { error });
    this.#settledLeft();
  }

  #running({ instance, hooks }: Constructed, disposers?: Disposers): Running {
    const startedAt = this.#parts.engine.clock.now();
    return {
      state: 'running',
      instance,
      hooks,
      tellsHealth: hookOf(hooks, 'health') !== undefined,
      startedAt,
      startupMs: startedAt - this.#began,
      history: this.#history,
      disposers,
      run: undefined,
      ready: undefined,
      readyError: undefined,
    };
  }

  #decide(outcome: StartupOutcome): void {
    this.#parts.decided(this, outcome);
  }
}
